#include "lossy_way.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace menshen::test {

namespace {

sockaddr_in here(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// What the server says after the handshake besides answers: two tickets of TLS 1.3, some 80 bytes each.
constexpr long tickets = 320;

/// How many bytes; none at the end. They go nowhere if `to` is negative.
long pass_on(int from, int to) {
    std::array<char, 65536> bytes{};
    const auto n = ::recv(from, bytes.data(), bytes.size(), 0);
    if (n <= 0) return 0;
    if (to < 0) return n;
    return ::send(to, bytes.data(), static_cast<std::size_t>(n), MSG_NOSIGNAL) == n ? n : 0;
}

}  // namespace

LossyWay::LossyWay(std::uint16_t to) : to_(to) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = here(0);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no port");
    }
    port_ = ntohs(address.sin_port);
    serving_ = std::jthread([this] { serve(); });
}

LossyWay::~LossyWay() {
    ::shutdown(listener_, SHUT_RDWR);
    serving_.join();
    ::close(listener_);
}

void LossyWay::serve() {
    for (int client = ::accept(listener_, nullptr, nullptr); client >= 0;
         client = ::accept(listener_, nullptr, nullptr)) {
        const bool lose = to_lose_ > 0;
        if (lose) --to_lose_;
        carry(client, lose);
        ::close(client);
    }
}

/// The server's part of the handshake is passed on; what it says after the client's second word is tickets and answer.
void LossyWay::carry(int client, bool lose) {
    const int to_pass = lose ? passed_.exchange(0) : 0;
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = here(to_);
    int words = 0;       // of the client
    bool heard = false;  // the server, since the client's last word
    int answers = 0;     // passed on
    long passed = 0;     // bytes of the server since the client's last word
    long lost = 0;       // bytes
    bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (open && lost <= tickets) {
        std::array<pollfd, 2> both{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
        if (::poll(both.data(), both.size(), 20'000) <= 0) break;
        if (both[0].revents != 0) {
            open = pass_on(client, server) > 0;
            if (words >= 2 && passed > tickets) ++answers;
            if (heard || words == 0) ++words;
            heard = false;
            passed = 0;
        } else if (lose && words >= 2 && answers >= to_pass) {
            const auto n = pass_on(server, -1);
            open = n > 0;
            lost += n;
        } else {
            const auto n = pass_on(server, client);
            open = n > 0;
            passed += n;
            heard = true;
        }
    }
    ::close(server);
}

}  // namespace menshen::test
