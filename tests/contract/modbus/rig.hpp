// The driver under test on a loop of its own, and the peers it is tested against.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "modbus/bus.hpp"
#include "peer.hpp"

namespace menshen::test {

[[nodiscard]] Instant now();

/// Usual wiring of the twin's lane 0 or 1, with the arm's switches nowhere.
[[nodiscard]] modbus::LaneWiring usual_wiring(int lane = 0);
[[nodiscard]] modbus::BusConfig tcp_bus(std::uint16_t port, milliseconds timeout = milliseconds(300));
[[nodiscard]] modbus::BusConfig rtu_bus(const std::string& device, int baud, milliseconds timeout = milliseconds(100));

struct Seen {
    std::shared_ptr<Barrier> barrier;
    std::vector<Sensors> sensors;
    std::vector<std::pair<bool, std::string>> links;
    std::vector<std::string> relays;
    [[nodiscard]] bool up() const { return !links.empty() && links.back().first; }
};

class Rig {
  public:
    explicit Rig(modbus::BusConfig bus,
                 std::vector<modbus::BoardConfig> boards = {{"board", 1, "waveshare-8", milliseconds(50)}},
                 std::vector<modbus::LaneWiring> lanes = {usual_wiring()});

    /// Runs the loop until it is so, at most `limit`; whether it was.
    bool until(const std::function<bool()>& so, Duration limit = seconds(8));
    bool until_up(std::size_t lane = 0) {
        return until([&] { return lanes[lane].up() && !lanes[lane].sensors.empty(); });
    }
    /// Runs the loop for that long: for what must not happen.
    void let(Duration time);

    /// The answer to one command in a word: "ok", the error's code, or "none" if none came.
    std::string code(const std::function<void(Barrier::Done)>& command);
    std::string code_of_open(Duration within = seconds(3), std::size_t lane = 0);

    boost::asio::io_context io;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};  // waits instead of spinning
    std::unique_ptr<modbus::Bus> bus;
    std::vector<Seen> lanes;
};

}  // namespace menshen::test
