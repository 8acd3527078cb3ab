#include "fake_gate.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "../camera/peer.hpp"

namespace menshen::test {

FakeGate::FakeGate(std::string path) : path_(std::move(path)) {
    ::unlink(path_.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.c_str(), std::min(path_.size(), sizeof address.sun_path - 1));
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 16);
    thread_ = std::thread([this] { serve(); });
}

FakeGate::~FakeGate() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
    ::unlink(path_.c_str());
}

bool FakeGate::hears(int ms, const std::function<bool(const eye_message::Message&)>& fits) {
    return eventually(ms, [&] {
        const std::scoped_lock lock(mutex_);
        return std::any_of(heard_.begin(), heard_.end(), fits);
    });
}

void FakeGate::clear() {
    const std::scoped_lock lock(mutex_);
    heard_.clear();
}

void FakeGate::serve() {
    std::map<int, eye_message::Parser> eyes;
    std::vector<char> bytes(1U << 16U);
    while (!stop_) {
        if (asking_.exchange(false)) {
            for (const auto& [eye, parser] : eyes) (void)!::send(eye, "v", 1, MSG_NOSIGNAL);
        }
        std::vector<pollfd> waiting{{listener_, POLLIN, 0}};
        for (const auto& [eye, parser] : eyes) waiting.push_back({eye, POLLIN, 0});
        if (::poll(waiting.data(), waiting.size(), 50) <= 0) continue;
        if (waiting[0].revents != 0) eyes[::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)];
        for (std::size_t i = 1; i < waiting.size(); ++i) {
            if (waiting[i].revents == 0) continue;
            const auto n = ::recv(waiting[i].fd, bytes.data(), bytes.size(), 0);
            auto messages = eyes[waiting[i].fd].feed({bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0))});
            if (!messages) offended_ = true;
            if (n <= 0 || !messages) {
                ::close(waiting[i].fd);
                eyes.erase(waiting[i].fd);
                continue;
            }
            const std::scoped_lock lock(mutex_);
            for (auto& message : *messages) heard_.push_back(std::move(message));
            while (heard_.size() > 500) heard_.pop_front();
        }
    }
    for (const auto& [eye, parser] : eyes) ::close(eye);
}

std::function<bool(const eye_message::Message&)> beat(std::string state, std::string detail) {
    return [state = std::move(state), detail = std::move(detail)](const eye_message::Message& message) {
        const auto* heard = std::get_if<eye_message::Beat>(&message);
        return heard != nullptr && heard->state == state && heard->detail.find(detail) != std::string::npos;
    };
}

}  // namespace menshen::test
