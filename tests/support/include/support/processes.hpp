// The real programs under a test's control: started, spoken with over their sockets, ended by their id. Blocking.
#pragma once

#include <boost/json/object.hpp>
#include <sys/types.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "values/eye_message.hpp"

namespace menshen::support {

/// The folder of the program that runs: ours lie side by side.
[[nodiscard]] std::string program_folder();
/// CLOCK_BOOTTIME.
[[nodiscard]] Instant boot_now();

class Program {
  public:
    /// command[0] is a path. Standard error goes to `log`. Dies with us.
    Program(const std::vector<std::string>& command, const std::string& log);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// The next line of its standard output as JSON; empty after `wait_ms` or at its end.
    [[nodiscard]] boost::json::object line(int wait_ms = 20'000);
    /// Sends the signal and waits for the end. False: it had ended by itself before.
    bool end(int signal = SIGTERM);
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    pid_t pid_ = -1;
    int out_ = -1;
    std::string buffer_;
};

/// One JSON object a line, both ways.
class LineSocket {
  public:
    /// Tried until somebody listens, at most `wait_ms`; throws std::runtime_error then.
    static LineSocket to_file(const std::string& path, int wait_ms = 20'000);
    static LineSocket to_port(std::uint16_t port);
    explicit LineSocket(int fd) : fd_(fd) {}
    ~LineSocket();
    LineSocket(LineSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}
    LineSocket& operator=(LineSocket&& other) noexcept;

    void send(const boost::json::object& request) const;
    void send_raw(std::string_view bytes) const;
    /// Nothing after `wait_ms`, or when the peer has gone.
    [[nodiscard]] std::optional<boost::json::object> line(int wait_ms = 10'000);
    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_ = -1;
    std::string buffer_;
};

/// What a recogniser would say of one frame: a plate 160 pixels wide at (x, y).
[[nodiscard]] Read make_read(const LaneId& lane, std::uint64_t frame, Instant captured, const std::string& plate,
                             float x, float y, float likelihood = 0.999F);

/// An eye child as the gate knows it.
class EyeSocket {
  public:
    EyeSocket(const std::string& path, const std::string& camera, const LaneId& lane);
    /// Returns when the kernel has taken it.
    void send(const eye_message::Message& message) const { link_.send_raw(bytes_of(message)); }

  private:
    static std::string bytes_of(const eye_message::Message& message);
    LineSocket link_;
};

/// A site of two lanes, `in` and `out`, on one Waveshare board, with cameras cam-in and cam-out. Its wiring:
struct Wiring {
    const char* lane;
    const char* camera;
    int open;                               // relay
    int approach, under, arm_up, arm_down;  // inputs
};
inline constexpr std::array<Wiring, 2> two_lanes{Wiring{"in", "cam-in", 0, 0, 1, 2, 3},
                                                 Wiring{"out", "cam-out", 4, 4, 5, 6, 7}};
/// Writes site.toml there; returns its path.
std::string write_site(const std::string& folder, std::uint16_t modbus_port, int poll_ms);

}  // namespace menshen::support
