// What the listener, the connections and the live channel of one server share. On the loop's thread only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live.hpp"
#include "loop/awaitable.hpp"
#include "loop/wire.hpp"
#include "panel/server.hpp"
#include "sessions.hpp"

namespace menshen::panel {

namespace asio = boost::asio;
namespace beast = boost::beast;
using loop::as_awaitable;
using loop::Awaitable;
using loop::tcp;
using loop::Wire;

/// One accepted connection, as the listener sees it.
struct Connection {
    std::uint64_t number = 0;
    bool has_session = false;
    std::function<void()> close = [] {};  // set by the coroutine that serves it
};

}  // namespace menshen::panel

struct menshen::panel::Server::State {
    State(boost::asio::io_context& context, GateControl& control, const Clock& time, Config given)
        : io(context),
          gate(control),
          clock(time),
          config(std::move(given)),
          acceptor(context),
          sessions(config.session_idle, config.sessions,
                   [&control](const std::string& guard, GuardChange how) { control.guard_changed(guard, how, {}); }),
          sweep(context),
          live(config.live_queue) {}

    boost::asio::io_context& io;
    GateControl& gate;
    const Clock& clock;
    Config config;
    boost::asio::ip::tcp::acceptor acceptor;
    std::unique_ptr<boost::asio::ssl::context> tls;  // null: plain HTTP
    std::vector<std::string> names;                  // hosts that we answer to
    Sessions sessions;
    boost::asio::steady_timer sweep;  // until the sessions are looked at again
    Live live;
    std::shared_ptr<void> subscription;
    std::map<std::uint64_t, std::shared_ptr<Connection>> connections;
    std::uint64_t next_connection = 1;
    int logins = 0;        // PIN checks under way; each costs the gate real work
    bool stopped = false;  // the gate must not be touched any more

    [[nodiscard]] Instant mono() const { return clock.now().mono; }
};

namespace menshen::panel {

/// The gate's answer to `ask`, or nothing if it does not come within `within`. A late answer is dropped. The gate may
/// keep the callback for longer than the io_context lives: it holds nothing of the loop but a pointer that is taken
/// back.
template <class T>
Awaitable<std::optional<T>> answer_of(asio::any_io_executor executor, Duration within,
                                      std::function<void(std::function<void(T)>)> ask) {
    struct Slot {
        std::optional<T> value;
        asio::steady_timer* waiting = nullptr;
    };
    struct Waiting {
        explicit Waiting(std::shared_ptr<Slot> into, asio::steady_timer& timer) : slot(std::move(into)) {
            slot->waiting = &timer;
        }
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;
        ~Waiting() { slot->waiting = nullptr; }
        std::shared_ptr<Slot> slot;
    };
    asio::steady_timer timer(executor, within);
    const Waiting waiting(std::make_shared<Slot>(), timer);
    ask([slot = waiting.slot](T value) {
        if (slot->value) return;
        slot->value.emplace(std::move(value));
        if (slot->waiting != nullptr) slot->waiting->cancel();
    });
    if (!waiting.slot->value) co_await timer.async_wait(as_awaitable);
    co_return std::move(waiting.slot->value);
}

}  // namespace menshen::panel
