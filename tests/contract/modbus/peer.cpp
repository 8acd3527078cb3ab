#include "peer.hpp"

#include <arpa/inet.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

extern char** environ;

namespace menshen::test {
namespace json = boost::json;
namespace {

constexpr int patience = 10'000;  // ms: a bound for a broken peer, not a measure of anything

/// The next line from fd, or an empty text after `milliseconds` or at the end.
std::string read_line(int fd, std::string& buffer, int milliseconds) {
    for (;;) {
        const auto end = buffer.find('\n');
        if (end != std::string::npos) {
            std::string line = buffer.substr(0, end);
            buffer.erase(0, end + 1);
            return line;
        }
        pollfd waiting{fd, POLLIN, 0};
        if (::poll(&waiting, 1, milliseconds) <= 0) return {};
        std::array<char, 4096> chunk{};
        const auto got = ::read(fd, chunk.data(), chunk.size());
        if (got <= 0) return {};
        buffer.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

pid_t start(const std::vector<std::string>& command, int out) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    pid_t pid = -1;
    const int error = posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + command[0]);
    return pid;
}

int connect_to(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("the peer's control port refuses");
    }
    return fd;
}

}  // namespace

Peer::Peer(std::vector<std::string> command) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    pid_ = start(command, ends[1]);
    ::close(ends[1]);
    std::string buffer;
    const std::string line = read_line(ends[0], buffer, patience);
    ::close(ends[0]);
    if (line.empty()) throw std::runtime_error(command[0] + " did not start");
    const auto ready = json::parse(line).as_object();
    control_ = connect_to(json::value_to<std::uint16_t>(ready.at("control")));
    if (const auto* port = ready.if_contains("modbus")) modbus_ = json::value_to<std::uint16_t>(*port);
    if (const auto* device = ready.if_contains("rtu")) rtu_ = json::value_to<std::string>(*device);
}

Peer::~Peer() {
    if (control_ >= 0) ::close(control_);
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
}

json::object Peer::next_line(int milliseconds) {
    const std::string line = read_line(control_, buffer_, milliseconds);
    return line.empty() ? json::object{} : json::parse(line).as_object();
}

json::object Peer::ask(const json::object& command) {
    const std::string line = json::serialize(command) + "\n";
    if (::send(control_, line.data(), line.size(), MSG_NOSIGNAL) < 0) throw std::runtime_error("the peer is gone");
    for (;;) {
        json::object message = next_line(patience);
        if (message.empty()) throw std::runtime_error("the peer does not answer " + line);
        if (message.contains("event")) {
            events_.push_back(std::move(message));
            continue;
        }
        if (!message.at("ok").as_bool())
            throw std::runtime_error("the peer refuses " + line + json::serialize(message));
        return message;
    }
}

std::int64_t Peer::pulses(int relay) {
    return json::value_to<std::int64_t>(state().at("pulses").as_array().at(static_cast<std::size_t>(relay)));
}

json::object Peer::event(const std::string& name, int milliseconds) {
    const auto is = [&](const json::object& event) { return event.at("event").as_string() == name; };
    for (;;) {
        const auto found = std::find_if(events_.begin(), events_.end(), is);
        if (found != events_.end()) {
            json::object event = std::move(*found);
            events_.erase(events_.begin(), found + 1);
            return event;
        }
        events_.clear();
        json::object message = next_line(milliseconds);
        if (message.empty()) return {};
        if (message.contains("event")) events_.push_back(std::move(message));
    }
}

}  // namespace menshen::test
