// Relay boards on a Modbus bus, TCP or RTU, as the barriers of lanes.
//
// THREADS. Each Bus has one worker thread; it alone touches the socket or serial line. create, lane, start, stop, every
// method of the Barriers and every callback belong to the gate's loop (the executor given to create). stop() returns
// within one transaction (≤ 1 s, also when the peer is frozen); after it no on_sensors, on_link or on_relays is called,
// while the Done of a command not yet answered is still called, once, with Errc::unavailable, if the loop goes on.
//
// WHAT IT PROMISES. A command is written once at most, never after its deadline, never again after a reconnect. Stop
// goes before close and hold, these before openings, these before polls. No command is written to a board whose state
// was not read since it was connected, or since the last error on its line. Inputs older than two polls become unknown.
// Every command is followed by a read-back of relays and inputs. On a bus that several boards share a dead one takes at
// most a twentieth of the time.
//
// libmodbus traps that this folder lives with (3.1.6, measured): link recovery can hang for ever (off); after any error
// a TCP connection is closed and made anew; an RTU line stays silent for one response timeout, is flushed and read
// again; file descriptors from 1024 up abort the process (refused before).
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "modbus/profile.hpp"
#include "ports/barrier.hpp"
#include "values/claim.hpp"

namespace menshen::modbus {

struct Tcp {
    std::string address;  // an IP literal: no name look-up may block the bus
    std::uint16_t port = 502;
};

struct Rtu {
    std::string device;  // /dev/serial/by-id/…
    int baud = 9600;     // 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200
    char parity = 'N';   // N, E, O
    int stop_bits = 1;
};

struct BusConfig {
    std::string id;
    std::variant<Tcp, Rtu> link;
    /// 20..900 ms. TCP: for the whole answer. RTU: for the board to begin; the time of the bytes on the wire is added.
    milliseconds timeout{500};
};

struct BoardConfig {
    std::string id;
    int unit = 1;            // 1..247
    std::string profile;     // see profile.hpp
    milliseconds poll{100};  // 20..5000
};

enum class Normally { open, closed };

/// Inputs and relays count from 0, where boards print 1 or CH1.
struct InputWiring {
    int input = 0;
    Normally normally = Normally::open;
};

struct RelayWiring {
    int relay = 0;
    milliseconds pulse{700};
};

/// What is not wired stays unknown in Sensors (fire: quiet). A wired fire contact that cannot be read is
/// Contact::fault. With one arm switch only, its absence is taken as the other end; with both, neither is `between` and
/// both at once is unknown.
struct LaneWiring {
    LaneId lane;
    std::string board;
    RelayWiring open;
    std::optional<RelayWiring> close, stop;
    std::optional<InputWiring> approach, under, photocell, arm_up, arm_down, fire;
};

class Worker;
class Lane;

class Bus {
  public:
    /// Opens nothing yet. Errc::invalid names the bus or board and what to write.
    [[nodiscard]] static Result<std::unique_ptr<Bus>> create(boost::asio::io_context::executor_type loop,
                                                             BusConfig config, const Profiles& profiles,
                                                             std::vector<BoardConfig> boards);
    ~Bus();  // stops
    Bus(const Bus&) = delete;
    Bus& operator=(const Bus&) = delete;

    /// Before start(). The Barrier may outlive the Bus: its commands then end with Errc::unavailable.
    [[nodiscard]] Result<std::shared_ptr<Barrier>> lane(const LaneWiring& wiring);
    void start();
    void stop();

  private:
    explicit Bus(std::shared_ptr<Worker> worker);
    std::shared_ptr<Worker> worker_;
};

/// The sensors of a lane from the board's inputs, nullopt where they could not be read.
[[nodiscard]] Sensors sensors_from(const LaneWiring& wiring, const std::optional<std::vector<bool>>& inputs);

}  // namespace menshen::modbus
