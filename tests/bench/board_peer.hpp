// A relay board at the other end of the bus that answers at once and notes when a pulse was ordered.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

namespace menshen::bench {

class BoardPeer {
  public:
    using Clock = std::chrono::steady_clock;

    BoardPeer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 4) != 0 ||
            ::getsockname(listener_, plain, &size) != 0) {
            throw std::runtime_error("the board cannot listen");
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this] { serve(); });
    }
    ~BoardPeer() {
        closing_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        ::shutdown(peer_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    BoardPeer(const BoardPeer&) = delete;
    BoardPeer& operator=(const BoardPeer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    void input(int n, bool on) {
        on ? inputs_ |= static_cast<std::uint8_t>(1U << n) : inputs_ &= static_cast<std::uint8_t>(~(1U << n));
    }
    /// How often its inputs were read.
    [[nodiscard]] std::uint64_t polls() const { return polls_; }
    [[nodiscard]] std::uint64_t pulses() const { return pulses_; }
    /// When the bytes of the last pulse had arrived.
    [[nodiscard]] Clock::time_point pulsed_at() const { return Clock::time_point(Clock::duration(pulsed_at_)); }

  private:
    void serve() {
        while (!closing_) {
            const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) continue;
            const int on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            peer_ = fd;
            while (!closing_ && answer(fd)) {
            }
            peer_ = -1;
            ::close(fd);
        }
    }

    static bool receive(int fd, std::span<std::uint8_t> bytes) {
        return ::recv(fd, bytes.data(), bytes.size(), MSG_WAITALL) == static_cast<ssize_t>(bytes.size());
    }

    bool answer(int fd) {
        std::array<std::uint8_t, 12> frame{};  // every request that this board knows has five bytes after the unit
        if (!receive(fd, frame)) return false;
        const auto now = Clock::now();
        const auto function = frame[7];
        std::vector<std::uint8_t> out(frame.begin(), frame.end());  // FC05, FC06: the echo
        if (function == 1 || function == 2) {
            if (function == 2) ++polls_;
            out.resize(8);
            out[5] = 4;
            out.push_back(1);
            out.push_back(function == 2 ? inputs_.load() : 0);
        } else if (function == 5 && frame[8] == 2) {
            pulsed_at_ = now.time_since_epoch().count();
            ++pulses_;
        }
        return ::send(fd, out.data(), out.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(out.size());
    }

    int listener_;
    std::uint16_t port_ = 0;
    std::atomic<int> peer_{-1};
    std::atomic<bool> closing_{false};
    std::atomic<std::uint8_t> inputs_{0};
    std::atomic<std::uint64_t> polls_{0}, pulses_{0};
    std::atomic<Clock::rep> pulsed_at_{0};
    std::jthread thread_;
};

}  // namespace menshen::bench
