// The bytes on the wire, one by one, as a peer that knows nothing of our code receives them.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "wire.hpp"

namespace menshen::modbus {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::string hex(const Bytes& bytes) {
    std::string text;
    for (const auto byte : bytes) text += fmt::format("{}{:02X}", text.empty() ? "" : " ", byte);
    return text;
}

/// Receives one request of `size` bytes, answers with `reply`, and keeps what came.
class OneShot {
  public:
    OneShot(int fd, std::size_t size, Bytes reply)
        : thread_([this, fd, size, reply = std::move(reply)] {
              std::array<std::uint8_t, 256> chunk{};
              pollfd waiting{fd, POLLIN, 0};
              while (got_.size() < size && ::poll(&waiting, 1, 5000) == 1) {
                  const auto n = ::read(fd, chunk.data(), chunk.size());
                  if (n <= 0) return;
                  got_.insert(got_.end(), chunk.begin(), chunk.begin() + n);
              }
              if (!reply.empty()) CHECK(::write(fd, reply.data(), reply.size()) == static_cast<ssize_t>(reply.size()));
          }) {}
    std::string got() {
        thread_.join();
        return hex(got_);
    }

  private:
    Bytes got_;
    std::jthread thread_;
};

struct Listener {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::uint16_t port = 0;
    Listener() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(fd, 4) == 0);
        REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port = ntohs(address.sin_port);
    }
    ~Listener() { ::close(fd); }
    [[nodiscard]] int accept() const { return ::accept(fd, nullptr, nullptr); }
};

struct Pty {
    int master = -1;
    int slave = -1;
    std::string name;
    Pty() {
        std::array<char, 128> buffer{};
        REQUIRE(::openpty(&master, &slave, buffer.data(), nullptr, nullptr) == 0);
        name = buffer.data();
        termios settings{};
        tcgetattr(slave, &settings);
        cfmakeraw(&settings);
        tcsetattr(slave, TCSANOW, &settings);
    }
    ~Pty() {
        ::close(master);
        ::close(slave);
    }
};

const Bytes open_pulse{5, 0x02, 0x00, 0x00, 0x07};

}  // namespace

TEST_CASE("golden: 700 ms on relay 0 over RTU, and 8 inputs") {
    Pty pty;
    Wire wire({"b", Rtu{pty.name, 9600}, milliseconds(900)});
    REQUIRE(wire.connect().ok());
    OneShot pulse(pty.master, 8, {0x01, 0x05, 0x02, 0x00, 0x00, 0x07, 0x8D, 0xB0});
    CHECK(wire.write(1, open_pulse).ok());
    CHECK(pulse.got() == "01 05 02 00 00 07 8D B0");
    OneShot inputs(pty.master, 8, {0x01, 0x02, 0x01, 0x81, 0x61, 0xE8});
    const auto bits = wire.read(1, {2, 0}, 8);
    CHECK(inputs.got() == "01 02 00 00 00 08 79 CC");
    REQUIRE_MESSAGE(bits.ok(), bits.error().message);
    CHECK(*bits == std::vector<bool>{true, false, false, false, false, false, false, true});
}

TEST_CASE("golden: 700 ms on relay 0 over TCP, and 8 inputs") {
    const Listener listener;
    Wire wire({"b", Tcp{"127.0.0.1", listener.port}, milliseconds(900)});
    REQUIRE(wire.connect().ok());
    const int peer = listener.accept();
    OneShot pulse(peer, 12, {0, 0, 0, 0, 0, 6, 1, 5, 2, 0, 0, 7});
    CHECK(wire.write(1, open_pulse).ok());
    CHECK(pulse.got() == "00 00 00 00 00 06 01 05 02 00 00 07");
    OneShot inputs(peer, 12, {0, 1, 0, 0, 0, 4, 1, 2, 1, 0x81});
    const auto bits = wire.read(1, {2, 0}, 8);
    CHECK(inputs.got().substr(5) == " 00 00 00 06 01 02 00 00 00 08");  // after the transaction id, the library's
    ::close(peer);
}

TEST_CASE("answers to a pulse that are none: each is refused, none crashes") {
    const std::vector<std::pair<Bytes, Errc>> answers{
        {{0, 9, 0, 0, 0, 6, 1, 5, 2, 0, 0, 7}, Errc::io},  // another transaction
        {{0, 0, 0, 1, 0, 6, 1, 5, 2, 0, 0, 7}, Errc::io},  // another protocol
        {{0, 0, 0, 0, 0, 6, 2, 5, 2, 0, 0, 7}, Errc::io},  // another unit
        {{0, 0, 0, 0, 0, 6, 1, 5, 2, 1, 0, 7}, Errc::io},  // another relay
        {{0, 0, 0, 0, 0, 6, 1, 5, 2, 0, 0, 8}, Errc::io},  // another length
        {{0, 0, 0, 0, 0, 6, 1, 6, 2, 0, 0, 7}, Errc::io},  // another function
        {{0, 0, 0, 0, 0, 9, 1, 5, 2, 0, 0, 7}, Errc::io},  // longer than it is
        {{0, 0, 0, 0, 0, 3, 1, 0x85, 2}, Errc::denied},    // refused in good form
        {{0, 0, 0, 0, 0, 3, 1, 0x86, 2}, Errc::io},        // refused something else
        {{0, 0, 0, 0, 0, 6, 1}, Errc::timeout},            // cut short
        {{}, Errc::timeout},
    };
    for (const auto& [answer, code] : answers) {
        CAPTURE(hex(answer));
        const Listener listener;
        Wire wire({"b", Tcp{"127.0.0.1", listener.port}, milliseconds(100)});
        REQUIRE(wire.connect().ok());
        const int peer = listener.accept();
        OneShot shot(peer, 12, answer);
        const Status status = wire.write(1, open_pulse);
        static_cast<void>(shot.got());
        REQUIRE_FALSE(status.ok());
        CHECK(status.error().code == code);
        ::close(peer);
    }
}

TEST_CASE("nothing is written when unasked bytes wait or the peer has hung up: the command is known not to be sent") {
    const Listener listener;
    Wire wire({"b", Tcp{"127.0.0.1", listener.port}, milliseconds(100)});
    REQUIRE(wire.connect().ok());
    int peer = listener.accept();
    REQUIRE(::write(peer, "noise", 5) == 5);
    CHECK(wire.write(1, open_pulse).error().code == Errc::unavailable);
    char byte = 0;
    CHECK(::recv(peer, &byte, 1, MSG_DONTWAIT) < 0);
    ::close(peer);
    REQUIRE(wire.connect().ok());
    peer = listener.accept();
    ::close(peer);
    CHECK(wire.write(1, open_pulse).error().code == Errc::unavailable);
}

TEST_CASE("a descriptor that select() cannot take is refused instead of ending the process") {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2048);
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < 1100) return;
    const Listener listener;
    std::vector<int> held;
    while (held.empty() || held.back() < FD_SETSIZE) held.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    Wire wire({"b", Tcp{"127.0.0.1", listener.port}, milliseconds(100)});
    const Status status = wire.connect();
    for (const int fd : held) ::close(fd);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().message.find("too many open files") != std::string::npos);
    CHECK(wire.connect().ok());
}

TEST_CASE("an RTU timeout grows with bytes and falls with baud") {
    const Wire slow({"b", Rtu{"/dev/null", 9600}, milliseconds(50)});
    const Wire fast({"b", Rtu{"/dev/null", 115200}, milliseconds(50)});
    CHECK(slow.time_for(8, 6) == milliseconds(50 + 21 * 10 * 1000 / 9600 + 1));
    CHECK(fast.time_for(8, 6) < slow.time_for(8, 6));
    CHECK(slow.silence() > slow.time_for(8, 6));
}

}  // namespace menshen::modbus
