#include "modbus/bus.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "lane.hpp"
#include "worker.hpp"

namespace menshen::modbus {
namespace {

Error invalid(std::string message) {
    return {Errc::invalid, std::move(message)};
}

Status check(const BusConfig& config) {
    if (config.timeout < milliseconds(20) || config.timeout > milliseconds(900)) {
        return invalid(fmt::format("bus {}: timeout_ms is {}; write 20 to 900", config.id, config.timeout.count()));
    }
    if (const auto* tcp = std::get_if<Tcp>(&config.link)) {
        in_addr ignored{};
        if (inet_pton(AF_INET, tcp->address.c_str(), &ignored) == 1 && tcp->port != 0) return {};
        return invalid(
            fmt::format("bus {}: \"{}\" port {} is no place to connect to; write an IPv4 address and a port, as in "
                        "192.168.1.200:502 (no names: looking one up could block the bus)",
                        config.id, tcp->address, tcp->port));
    }
    const auto& rtu = std::get<Rtu>(config.link);
    constexpr std::array bauds{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};
    if (std::find(bauds.begin(), bauds.end(), rtu.baud) == bauds.end()) {
        return invalid(fmt::format("bus {}: baud {} is not one of {}", config.id, rtu.baud, fmt::join(bauds, ", ")));
    }
    if (rtu.parity != 'N' && rtu.parity != 'E' && rtu.parity != 'O') {
        return invalid(fmt::format("bus {}: parity must be \"N\", \"E\" or \"O\"", config.id));
    }
    if (rtu.stop_bits != 1 && rtu.stop_bits != 2)
        return invalid(fmt::format("bus {}: stop bits must be 1 or 2", config.id));
    if (rtu.device.empty()) return invalid(fmt::format("bus {}: device is missing, as in /dev/ttyUSB0", config.id));
    return {};
}

Status check(const BoardConfig& board, const Profiles& profiles) {
    if (board.unit < 1 || board.unit > 247)
        return invalid(fmt::format("board {}: unit is {}; write 1 to 247", board.id, board.unit));
    if (board.poll < milliseconds(20) || board.poll > milliseconds(5000)) {
        return invalid(fmt::format("board {}: poll_ms is {}; write 20 to 5000", board.id, board.poll.count()));
    }
    if (profiles.find(board.profile) != nullptr) return {};
    return invalid(
        fmt::format("board {}: there is no profile \"{}\"; known: {}", board.id, board.profile, profiles.names()));
}

Status check_relay(const LaneWiring& lane, const char* what, const RelayWiring& relay, const Board& board) {
    const std::string where = fmt::format("lane {}: {}", lane.lane, what);
    if (relay.relay < 0 || relay.relay >= board.profile().relays) {
        return invalid(fmt::format("{} relay {}: board {} has relays 0 to {}", where, relay.relay, board.config().id,
                                   board.profile().relays - 1));
    }
    if (const Status pulse = board.profile().check_pulse(relay.pulse); !pulse) return pulse.error().in(where);
    return {};
}

Status check_relays(const LaneWiring& lane, const Board& board) {
    std::set<int> used;
    for (const auto& other : board.lanes) {
        for (const auto& relay : {std::optional(other->wiring().open), other->wiring().close, other->wiring().stop}) {
            if (relay) used.insert(relay->relay);
        }
    }
    const std::array wired{std::pair{"open", std::optional(lane.open)}, std::pair{"close", lane.close},
                           std::pair{"stop", lane.stop}};
    for (const auto& [what, relay] : wired) {
        if (!relay) continue;
        if (Status status = check_relay(lane, what, *relay, board); !status) return status;
        if (used.insert(relay->relay).second) continue;
        return invalid(fmt::format("lane {}: {} relay {} of board {} has another task already", lane.lane, what,
                                   relay->relay, board.config().id));
    }
    return {};
}

Status check_inputs(const LaneWiring& lane, const Board& board) {
    const std::array wired{std::pair{"approach", lane.approach},   std::pair{"under", lane.under},
                           std::pair{"photocell", lane.photocell}, std::pair{"arm_up", lane.arm_up},
                           std::pair{"arm_down", lane.arm_down},   std::pair{"fire", lane.fire}};
    for (const auto& [what, input] : wired) {
        if (!input || (input->input >= 0 && input->input < board.profile().inputs)) continue;
        return invalid(fmt::format("lane {}: {} input {}: board {} has inputs 0 to {}", lane.lane, what, input->input,
                                   board.config().id, board.profile().inputs - 1));
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Bus>> Bus::create(boost::asio::io_context::executor_type loop, BusConfig config,
                                         const Profiles& profiles, std::vector<BoardConfig> boards) {
    if (const Status good = check(config); !good) return good.error();
    if (boards.empty()) return invalid(fmt::format("bus {}: no board is on it", config.id));
    std::vector<Board> made;
    std::set<int> units;
    std::set<std::string> ids;
    for (BoardConfig& board : boards) {
        if (const Status good = check(board, profiles); !good) return good.error();
        if (!units.insert(board.unit).second || !ids.insert(board.id).second) {
            return invalid(
                fmt::format("board {}: its id or unit {} is taken on bus {}", board.id, board.unit, config.id));
        }
        const Profile& profile = *profiles.find(board.profile);
        made.emplace_back(std::move(board), profile);
    }
    return std::unique_ptr<Bus>(new Bus(std::make_shared<Worker>(loop, std::move(config), std::move(made))));
}

Bus::Bus(std::shared_ptr<Worker> worker) : worker_(std::move(worker)) {}

Bus::~Bus() {
    stop();
}

Result<std::shared_ptr<Barrier>> Bus::lane(const LaneWiring& wiring) {
    if (worker_->started()) return {Errc::internal, "lanes are made before the bus starts"};
    auto& boards = worker_->boards();
    const auto board =
        std::find_if(boards.begin(), boards.end(), [&](const Board& b) { return b.config().id == wiring.board; });
    if (board == boards.end())
        return invalid(fmt::format("lane {}: board \"{}\" is not on this bus", wiring.lane, wiring.board));
    if (const Status good = check_relays(wiring, *board); !good) return good.error();
    if (const Status good = check_inputs(wiring, *board); !good) return good.error();
    std::size_t number = 0;
    for (const Board& each : boards) number += each.lanes.size();
    const Lane::Place place{number, static_cast<std::size_t>(board - boards.begin()), board->config().poll};
    auto lane = std::make_shared<Lane>(worker_->loop(), worker_, wiring, board->profile(), place);
    board->lanes.push_back(lane);
    return std::shared_ptr<Barrier>(std::move(lane));
}

void Bus::start() {
    if (!worker_->started()) worker_->start();
}

void Bus::stop() {
    worker_->stop();
}

}  // namespace menshen::modbus
