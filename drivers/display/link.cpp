#include "link.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace menshen::display {
namespace {

constexpr int patience = 400;  // ms, for connecting and for each stretch of writing

Error unavailable(const std::string& where, int error) {
    return {Errc::unavailable, fmt::format("{}: {}", where, std::error_code(error, std::generic_category()).message())};
}

speed_t speed_of(int baud) {
    switch (baud) {
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

bool writable(int fd) {
    pollfd waiting{fd, POLLOUT, 0};
    return ::poll(&waiting, 1, patience) == 1 && (waiting.revents & POLLOUT) != 0;
}

}  // namespace

std::string Link::name() const {
    if (const auto* tcp = std::get_if<Tcp>(&where_)) return fmt::format("{}:{}", tcp->address, tcp->port);
    return std::get<Serial>(where_).device;
}

void Link::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

Status Link::open() {
    if (fd_ >= 0) return {};
    if (const auto* tcp = std::get_if<Tcp>(&where_)) return open_tcp(*tcp);
    return open_serial(std::get<Serial>(where_));
}

Status Link::open_serial(const Serial& serial) {
    fd_ = ::open(serial.device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd_ < 0) return unavailable(name(), errno);
    termios settings{};
    if (tcgetattr(fd_, &settings) != 0) return unavailable(name(), errno);
    cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    cfsetspeed(&settings, speed_of(serial.baud));
    if (tcsetattr(fd_, TCSANOW, &settings) != 0) return unavailable(name(), errno);
    return {};
}

Status Link::open_tcp(const Tcp& tcp) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(tcp.port);
    inet_pton(AF_INET, tcp.address.c_str(), &address.sin_addr);
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return unavailable(name(), errno);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return {};
    if (errno != EINPROGRESS) return unavailable(name(), errno);
    int error = ETIMEDOUT;
    socklen_t size = sizeof error;
    pollfd waiting{fd_, POLLOUT, 0};
    if (::poll(&waiting, 1, patience) == 1) getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    return error == 0 ? Status{} : Status{unavailable(name(), error)};
}

bool Link::drain() const {
    std::array<char, 512> heap{};
    for (int times = 0; times < 64; ++times) {
        const auto got = ::read(fd_, heap.data(), heap.size());
        if (got > 0) continue;
        return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }
    return true;
}

Status Link::write(std::span<const std::uint8_t> bytes) {
    const bool was_open = fd_ >= 0;
    if (was_open && !drain()) close();
    if (Status opened = open(); !opened) {
        close();
        return opened;
    }
    while (!bytes.empty()) {
        // a board that hung up must not kill us with SIGPIPE; a serial line knows no send()
        const bool tcp = std::holds_alternative<Tcp>(where_);
        const auto put =
            tcp ? ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) : ::write(fd_, bytes.data(), bytes.size());
        if (put > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(put));
        } else if (errno != EAGAIN || !writable(fd_)) {
            const Error error = unavailable(name(), errno == EAGAIN ? ETIMEDOUT : errno);
            close();
            return error;
        }
    }
    return {};
}

}  // namespace menshen::display
