#include "cli/admin_client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace menshen::cli {

namespace {

constexpr std::size_t max_answer = 64U << 20;  // bytes of one line
using Deadline = std::chrono::steady_clock::time_point;

/// Waits for `events` on the socket until the deadline.
Status wait_for(int descriptor, short events, Deadline deadline) {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        if (left <= 0) return {Errc::timeout, "the gate does not answer in time"};
        pollfd one{descriptor, events, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(std::min<long long>(left, 60'000)));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return {Errc::io, std::strerror(errno)};
    }
}

Error not_there(const std::string& path, int reason) {
    if (reason == EACCES || reason == EPERM) {
        return {
            Errc::denied,
            fmt::format("{}: you may not speak to the gate; ask to be put into the group that owns the socket", path)};
    }
    return {Errc::unavailable,
            fmt::format(
                "{}: the gate is not running, or its socket is elsewhere ({}); start menshen-gate, or name the socket "
                "with --socket or MENSHEN_RUN",
                path, std::strerror(reason))};
}

Result<boost::json::object> judge(boost::json::object answer) {
    const auto* ok = answer.if_contains("ok");
    if (ok == nullptr || *ok != false) return answer;
    const auto* error = answer.if_contains("error");
    return {Errc::denied,
            error != nullptr && error->is_string() ? std::string(error->as_string()) : "the gate refused"};
}

}  // namespace

std::string caller() {
    if (const char* name = std::getenv("SUDO_USER"); name != nullptr && *name != '\0') return name;
    const auto* entry = ::getpwuid(::geteuid());
    return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

std::string default_socket() {
    const char* run = std::getenv("MENSHEN_RUN");
    return std::string(run != nullptr && *run != '\0' ? run : "/run/menshen") + "/admin.sock";
}

Result<AdminClient> AdminClient::connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return {Errc::invalid, fmt::format("{}: too long for a socket's path", path)};
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    AdminClient client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (client.descriptor_ < 0) return {Errc::io, std::strerror(errno)};
    if (::connect(client.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return not_there(path, errno);
    }
    return client;
}

AdminClient::~AdminClient() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Status AdminClient::send(const boost::json::object& request) {
    const std::string line = boost::json::serialize(request) + "\n";
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (std::size_t sent = 0; sent < line.size();) {
        const auto n = ::send(descriptor_, line.data() + sent, line.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            sent += static_cast<std::size_t>(n);
        } else if (errno == EAGAIN) {
            if (auto ready = wait_for(descriptor_, POLLOUT, deadline); !ready) return ready;
        } else if (errno != EINTR) {
            return {Errc::unavailable, fmt::format("the gate closed the connection: {}", std::strerror(errno))};
        }
    }
    return {};
}

Result<boost::json::object> AdminClient::receive(std::chrono::milliseconds within) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    std::size_t looked = 0;
    for (;;) {
        if (const auto end = in_.find('\n', looked); end != std::string::npos) {
            boost::system::error_code failed;
            auto value = boost::json::parse(boost::json::string_view(in_.data(), end), failed);
            in_.erase(0, end + 1);
            if (failed || !value.is_object()) return {Errc::invalid, "the gate's answer is no JSON object"};
            return judge(std::move(value.as_object()));
        }
        looked = in_.size();
        if (in_.size() > max_answer) return {Errc::invalid, "the gate's answer is too long"};
        if (auto ready = wait_for(descriptor_, POLLIN, deadline); !ready) return ready.error();
        char buffer[65536];
        const auto n = ::recv(descriptor_, buffer, sizeof buffer, 0);
        if (n == 0) return {Errc::unavailable, "the gate closed the connection"};
        if (n > 0) in_.append(buffer, static_cast<std::size_t>(n));
        if (n < 0 && errno != EINTR && errno != EAGAIN) return {Errc::unavailable, std::strerror(errno)};
    }
}

Result<boost::json::object> AdminClient::ask(const boost::json::object& request, std::chrono::milliseconds within) {
    if (auto sent = send(request); !sent) return sent.error();
    return receive(within);
}

}  // namespace menshen::cli
