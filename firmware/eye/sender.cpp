#include "eye/sender.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace menshen::eye {
namespace {

constexpr auto first_pause = std::chrono::milliseconds(200);
constexpr auto longest_pause = std::chrono::milliseconds(2000);
constexpr int stuck_ms = 5000;  // a gate that takes nothing for so long is left and called again

}  // namespace

Result<int> connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        return {Errc::invalid,
                "socket path '" + path + "' must have 1 to " + std::to_string(sizeof address.sun_path - 1) + " bytes"};
    }
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int s = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0) return {Errc::io, std::string("socket: ") + std::strerror(errno)};
    // a local connection is there at once or refused; EAGAIN means that the gate's queue is full
    if (::connect(s, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const std::string why = std::strerror(errno);
        ::close(s);
        return {Errc::unavailable, path + ": " + why + "; is menshen-gate running?"};
    }
    return s;
}

Status write_all(int connection, const std::vector<std::uint8_t>& bytes, int patience_ms) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const auto n = ::send(connection, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            done += static_cast<std::size_t>(n);
            continue;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR) return {Errc::unavailable, std::strerror(errno)};
        pollfd ready{connection, POLLOUT, 0};
        const int polled = ::poll(&ready, 1, patience_ms);
        if (polled == 0) return {Errc::timeout, "the gate takes no bytes"};
    }
    return {};
}

Status report_once(const std::string& socket, const eye_message::Hello& hello, const eye_message::Beat& beat) {
    const auto connection = connect_unix(socket);
    if (!connection) return connection.error();
    Status status;
    for (const eye_message::Message& message : {eye_message::Message(hello), eye_message::Message(beat)}) {
        const auto bytes = eye_message::encode(message);
        if (status.ok()) status = bytes ? write_all(*connection, *bytes, 200) : Status(bytes.error());
    }
    ::close(*connection);
    return status;
}

Sender::Sender(std::string socket, eye_message::Hello hello)
    : socket_(std::move(socket)),
      hello_(std::move(hello)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Sender::~Sender() {
    thread_.request_stop();
    changed_.notify_all();
}

void Sender::push(const eye_message::Message& message) {
    const std::scoped_lock lock(mutex_);
    outbox_.push(message);
    changed_.notify_all();
}

void Sender::run(const std::stop_token& stop) {
    auto wait = first_pause;
    while (!stop.stop_requested()) {
        const auto connection = connect_unix(socket_);
        if (connection) {
            if (converse(*connection, stop)) wait = first_pause;
            ::close(*connection);
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, wait, [] { return false; });
        wait = std::min(wait * 2, longest_pause);
    }
}

/// Until the gate is gone; whether it took anything.
bool Sender::converse(int connection, const std::stop_token& stop) {
    const auto hello = eye_message::encode(hello_);
    if (!hello || !write_all(connection, *hello, stuck_ms)) return false;
    while (!stop.stop_requested()) {
        std::optional<Outbox::Bytes> bytes;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [this] { return !outbox_.empty(); });
            bytes = outbox_.pop();
        }
        listen(connection);
        if (bytes && !write_all(connection, *bytes, stuck_ms)) return true;
    }
    return true;
}

/// Whatever the gate has said since. That it is gone shows when something is written.
void Sender::listen(int connection) {
    std::array<char, 64> said{};
    if (::recv(connection, said.data(), said.size(), MSG_DONTWAIT) > 0) ++asked_;
}

}  // namespace menshen::eye
