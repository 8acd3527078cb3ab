#include "peer.hpp"

#include <arpa/inet.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace menshen::test {
namespace json = boost::json;
namespace {

constexpr int patience = 10'000;  // ms: a bound for a broken peer, not a measure of anything

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

Peer::Peer(const std::vector<std::string>& command) : process_(command) {
    const auto ready = process_.line();
    if (ready.empty()) throw std::runtime_error(command[0] + " did not start");
    control_ = connect_to(json::value_to<std::uint16_t>(ready.at("control")));
    if (const auto* port = ready.if_contains("modbus")) modbus_ = json::value_to<std::uint16_t>(*port);
    if (const auto* device = ready.if_contains("rtu")) rtu_ = json::value_to<std::string>(*device);
}

Peer::~Peer() {
    if (control_ >= 0) ::close(control_);
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
