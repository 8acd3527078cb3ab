#include "bus_barriers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "modbus/profile.hpp"

namespace menshen::gate {

namespace {

modbus::BusConfig bus_config(const site::Bus& bus) {
    modbus::BusConfig config;
    config.id = bus.id;
    config.timeout = bus.timeout;
    if (bus.tcp) {
        config.link = modbus::Tcp{bus.ip, bus.port};
    } else {
        modbus::Rtu rtu;
        rtu.device = bus.device;
        rtu.baud = bus.baud;
        rtu.parity = bus.parity;
        config.link = rtu;
    }
    return config;
}

std::optional<modbus::InputWiring> input(const std::optional<site::Wire>& wire) {
    if (!wire) return std::nullopt;
    return modbus::InputWiring{wire->input, wire->normally_open ? modbus::Normally::open : modbus::Normally::closed};
}

std::optional<modbus::RelayWiring> relay(const std::optional<site::Relay>& relay) {
    if (!relay) return std::nullopt;
    return modbus::RelayWiring{relay->number, relay->pulse};
}

modbus::LaneWiring wiring(const site::Lane& lane) {
    modbus::LaneWiring w;
    w.lane = lane.id;
    w.board = lane.board;
    w.open = *relay(lane.open);
    w.close = relay(lane.close);
    w.stop = relay(lane.stop);
    w.approach = input(lane.approach);
    w.under = input(lane.under);
    w.photocell = input(lane.photocell);
    w.arm_up = input(lane.arm_up);
    w.arm_down = input(lane.arm_down);
    w.fire = input(lane.fire);
    return w;
}

template <class T>
const T* named(const std::vector<T>& all, const std::string& id) {
    const auto it = std::find_if(all.begin(), all.end(), [&](const T& x) { return x.id == id; });
    return it == all.end() ? nullptr : &*it;
}

void check_lane(const site::Lane& lane, const modbus::Profile& profile, std::vector<site::Mistake>& mistakes) {
    const auto wrong = [&](const std::string& text) {
        mistakes.push_back({{}, lane.line, fmt::format("[[lane]] {}: {}", lane.id, text)});
    };
    const auto check_relay = [&](const std::optional<site::Relay>& r, std::string_view what) {
        if (!r) return;
        if (r->number >= profile.relays)
            wrong(fmt::format("{} names relay {}, but {} has relays 0 to {}", what, r->number, profile.name,
                              profile.relays - 1));
        if (auto status = profile.check_pulse(r->pulse); !status)
            wrong(fmt::format("{}: {}", what, status.error().message));
    };
    check_relay(lane.open, "open");
    check_relay(lane.close, "close");
    check_relay(lane.stop, "stop");
    for (const auto* wire : {&lane.approach, &lane.under, &lane.photocell, &lane.arm_up, &lane.arm_down, &lane.fire}) {
        if (*wire && (*wire)->input >= profile.inputs) {
            wrong(fmt::format("input {} does not exist; {} has inputs 0 to {}", (*wire)->input, profile.name,
                              profile.inputs - 1));
        }
    }
}

}  // namespace

BusBarriers::BusBarriers(boost::asio::io_context& loop, const site::Site& site) : loop_(loop), site_(site) {}

Result<modbus::Bus*> BusBarriers::bus_of(const site::Board& board) {
    if (const auto it = buses_.find(board.bus); it != buses_.end()) return it->second.get();
    const auto profiles = modbus::Profiles::load();
    if (!profiles) return profiles.error();
    std::vector<modbus::BoardConfig> boards;
    for (const auto& other : site_.boards) {
        if (other.bus == board.bus) boards.push_back({other.id, other.unit, other.profile, other.poll});
    }
    auto bus = modbus::Bus::create(loop_.get_executor(), bus_config(*named(site_.buses, board.bus)), *profiles,
                                   std::move(boards));
    if (!bus) return bus.error();
    return (buses_[board.bus] = std::move(*bus)).get();
}

Result<std::shared_ptr<Barrier>> BusBarriers::make(const site::Lane& lane) {
    auto bus = bus_of(*named(site_.boards, lane.board));
    if (!bus) return bus.error();
    return (*bus)->lane(wiring(lane));
}

void BusBarriers::start() {
    for (auto& [id, bus] : buses_) bus->start();
}

void BusBarriers::stop() {
    for (auto& [id, bus] : buses_) bus->stop();
}

void BusBarriers::check(const site::Site& site, std::vector<site::Mistake>& mistakes) {
    const auto profiles = modbus::Profiles::load();
    if (!profiles) return mistakes.push_back({{}, 0, profiles.error().message});
    for (const auto& board : site.boards) {
        if (profiles->find(board.profile) == nullptr) {
            mistakes.push_back({{},
                                board.line,
                                fmt::format("[[board]] {}: there is no board profile \"{}\"; there is: {}", board.id,
                                            board.profile, profiles->names())});
        }
    }
    for (const auto& lane : site.lanes) {
        const auto* board = named(site.boards, lane.board);
        const auto* profile = board == nullptr ? nullptr : profiles->find(board->profile);
        if (profile != nullptr) check_lane(lane, *profile, mistakes);
    }
}

}  // namespace menshen::gate
