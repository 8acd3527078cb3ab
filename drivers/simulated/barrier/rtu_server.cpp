#include "rtu_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace menshen::twin {
namespace asio = boost::asio;
namespace {

constexpr std::size_t largest_frame = 256;
constexpr Nanoseconds silence = 20'000'000;  // 3.5 characters are shorter, but a pseudo terminal's bytes come in pieces

speed_t speed_of(int baud) {
    switch (baud) {
        case 2400:
            return B2400;
        case 4800:
            return B4800;
        case 19200:
            return B19200;
        case 38400:
            return B38400;
        case 57600:
            return B57600;
        case 115200:
            return B115200;
        default:
            return B9600;
    }
}

void make_raw(int fd, int baud) {
    termios settings{};
    tcgetattr(fd, &settings);
    cfmakeraw(&settings);
    cfsetspeed(&settings, speed_of(baud));
    tcsetattr(fd, TCSANOW, &settings);
}

[[noreturn]] void failed(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

bool crc_fits(const Bytes& frame) {
    const std::uint16_t crc = crc16(frame, frame.size() - 2);
    return frame[frame.size() - 2] == (crc & 0xFFU) && frame.back() == crc >> 8U;
}

}  // namespace

std::size_t request_length(const Bytes& bytes) {
    if (bytes.size() < 2) return 0;
    if (bytes[1] != 15 && bytes[1] != 16) return 8;
    return bytes.size() < 7 ? 0 : 9U + bytes[6];
}

RtuServer::RtuServer(asio::io_context& io, Site& site, const std::string& device, int baud)
    : io_(io), site_(site), device_(device), baud_(baud), stream_(io) {
    if (device == "pty") {
        open_pty();
    } else {
        const int fd = ::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0) failed(device);
        make_raw(fd, baud);
        stream_.assign(fd);
    }
    asio::co_spawn(io_, serve(), asio::detached);
}

RtuServer::~RtuServer() {
    if (peer_ >= 0) ::close(peer_);
}

void RtuServer::open_pty() {
    int master = -1;
    std::array<char, 128> name{};
    if (::openpty(&master, &peer_, name.data(), nullptr, nullptr) != 0) failed("openpty");
    make_raw(peer_, baud_);
    device_ = name.data();
    stream_.assign(master);
}

std::chrono::nanoseconds RtuServer::wire_time(std::size_t bytes) const {
    constexpr std::int64_t bits = 10;  // 8N1
    return std::chrono::nanoseconds(1'000'000'000LL * bits * static_cast<std::int64_t>(bytes) / baud_);
}

asio::awaitable<void> RtuServer::pause(std::chrono::nanoseconds time) {
    asio::steady_timer timer(io_, time);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> RtuServer::serve() {
    Bytes frame;
    std::array<std::uint8_t, largest_frame> chunk{};
    Nanoseconds last = 0;
    try {
        for (;;) {
            const std::size_t got = co_await stream_.async_read_some(asio::buffer(chunk), asio::use_awaitable);
            if (boot_nanoseconds() - last > silence) frame.clear();  // as a silence ends a telegram on the wire
            last = boot_nanoseconds();
            frame.insert(frame.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(got));
            co_await pause(wire_time(got));
            co_await answer_all(frame);
        }
    } catch (const std::exception&) {
        // the line is gone: nothing more can come
    }
}

asio::awaitable<void> RtuServer::answer_all(Bytes& bytes) {
    for (;;) {
        const std::size_t length = request_length(bytes);
        if (length == 0 || bytes.size() < length) break;
        Bytes frame(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
        bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
        if (crc_fits(frame)) co_await answer(std::move(frame));
    }
    if (bytes.size() > largest_frame) bytes.clear();
}

asio::awaitable<void> RtuServer::answer(Bytes frame) {
    while (site_.faults.frozen) co_await pause(std::chrono::milliseconds(5));
    if (frame[0] != site_.config().unit) {
        ++site_.foreign;
        co_return;
    }
    if (site_.faults.dead) co_return;
    const Bytes pdu(frame.begin() + 1, frame.end() - 2);
    Bytes reply = rtu_answer(frame[0], site_.request(pdu), site_.faults.take_nonsense());
    if (const int late = site_.faults.take_late(); late > 0) co_await pause(std::chrono::milliseconds(late));
    constexpr std::size_t piece = 4;  // bytes written at once: timers are coarser than one character
    for (std::size_t at = 0; at < reply.size(); at += piece) {
        const std::size_t size = std::min(piece, reply.size() - at);
        co_await pause(wire_time(size));
        co_await asio::async_write(stream_, asio::buffer(reply.data() + at, size), asio::use_awaitable);
    }
}

}  // namespace menshen::twin
