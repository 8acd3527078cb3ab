#include "board.hpp"

#include <fmt/format.h>

#include <utility>

namespace menshen::modbus {
namespace {

constexpr Duration relays_every = seconds(1);
constexpr Duration relay_settles = milliseconds(500);  // after a pulse should be over; a board's clock is not ours

}  // namespace

Board::Board(BoardConfig config, Profile profile)
    : config_(std::move(config)), profile_(std::move(profile)), told_(static_cast<std::size_t>(profile_.relays)) {}

Status Board::poll(Wire& wire) {
    if (Status done = initialise(wire); !done) return done;
    const Instant asked = boot_now();
    const auto inputs = wire.read(config_.unit, profile_.read_inputs, profile_.inputs);
    if (!inputs) return inputs.error();
    if (asked >= next_relays_) {
        if (Status done = read_relays(wire); !done) return done;
    }
    failures = 0;
    back_off = Duration::zero();
    fresh_ = true;
    declare_up();
    for (const auto& lane : lanes) lane->saw_inputs(*inputs, asked);
    return {};
}

Status Board::initialise(Wire& wire) {
    if (initialised_) return {};
    for (const WriteMap& write : profile_.init) {
        if (Status done = wire.write(config_.unit, write_request(write)); !done)
            return done.error().in("first settings");
    }
    initialised_ = true;
    return {};
}

Status Board::execute(Wire& wire, const Command& command) {
    Status written = wire.write(config_.unit, command.request);
    Told& told = told_.at(static_cast<std::size_t>(command.relay));
    if (command.pulse == milliseconds(0)) told.held = command.energise && written.ok();
    if (written) told.pulsed_until = boot_now() + command.pulse;
    next_relays_ = Instant{};  // read back at once
    return written;
}

Status Board::read_relays(Wire& wire) {
    auto relays = wire.read(config_.unit, profile_.read_relays, profile_.relays);
    if (!relays) return relays.error();
    relays_ = std::move(*relays);
    const Instant now = boot_now();
    next_relays_ = now + relays_every;
    complaints_.resize(lanes.size());
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        std::string wrong = wrong_relay(lanes[i]->wiring(), now);
        if (wrong == complaints_[i]) continue;
        complaints_[i] = wrong;
        lanes[i]->saw_relays(std::move(wrong));
    }
    return {};
}

std::string Board::wrong_relay(const LaneWiring& lane, Instant now) const {
    for (const auto& relay : {std::optional(lane.open), lane.close, lane.stop}) {
        if (!relay) continue;
        const auto n = static_cast<std::size_t>(relay->relay);
        const Told& told = told_.at(n);
        const bool expected = told.held || now < told.pulsed_until;
        if (expected && !relays_.at(n))
            return fmt::format("board {}: relay {} was switched on and reads off", config_.id, n);
        if (!told.held && now > told.pulsed_until + relay_settles && relays_.at(n)) {
            return fmt::format("board {}: relay {} reads on though it should be off", config_.id, n);
        }
    }
    return {};
}

void Board::reconnected() {
    initialised_ = false;
    fresh_ = false;
    next_relays_ = Instant{};
}

void Board::declare_up() {
    if (std::exchange(up_, true)) return;
    for (const auto& lane : lanes) lane->saw_up(fmt::format("board {} answers", config_.id));
}

void Board::declare_down(const std::string& why) {
    fresh_ = false;
    if (!std::exchange(up_, false) && failures > 1) return;
    for (const auto& lane : lanes) lane->saw_down(why);
}

}  // namespace menshen::modbus
