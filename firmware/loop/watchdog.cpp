#include "loop/watchdog.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace menshen::loop {

Watchdog::Watchdog(boost::asio::any_io_executor loop) : timer_(std::move(loop)) {
    if (const char* asked = std::getenv("WATCHDOG_USEC"))
        every_ = std::chrono::microseconds(std::strtoll(asked, nullptr, 10) / 2);
}

void Watchdog::ready() {
    notify("READY=1");
    if (every_.count() > 0) beat();
}

void Watchdog::stopping() {
    timer_.cancel();
    notify("STOPPING=1");
}

void Watchdog::beat() {
    notify("WATCHDOG=1");
    timer_.expires_after(every_);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) beat();
    });
}

void Watchdog::notify(const std::string& message) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || std::strlen(path) >= sizeof(sockaddr_un{}.sun_path)) return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path, std::strlen(path));
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // the abstract name space
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
    (void)sendto(fd, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
    ::close(fd);
}

}  // namespace menshen::loop
