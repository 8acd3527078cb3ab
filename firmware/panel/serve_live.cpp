#include "serve_live.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/serialize.hpp>

#include <memory>
#include <utility>

namespace menshen::panel {
namespace {

namespace websocket = beast::websocket;

struct LiveLink {
    LiveLink(std::shared_ptr<Wire> over, std::shared_ptr<Server::State> server)
        : wire(std::move(over)),
          ws(*wire),
          state(std::move(server)),
          client(std::make_shared<LiveClient>(state->io.get_executor())) {}
    std::shared_ptr<Wire> wire;
    websocket::stream<Wire&, false> ws;  // no compression
    std::shared_ptr<Server::State> state;
    std::shared_ptr<LiveClient> client;
    beast::flat_buffer incoming{1024};

    void end() {
        client->closed = true;
        client->wake.cancel();
        wire->close();
    }
};

constexpr int most_frames = 32;  // from a page, per heartbeat; it has nothing to say

/// Reads so that pings, pongs and the close are answered. A page that talks is not ours.
Awaitable<void> listen(std::shared_ptr<LiveLink> link) {
    // Control frames do not end a read: a storm of pings is seen here only.
    link->ws.control_callback([client = link->client](websocket::frame_type, beast::string_view) {
        if (++client->received <= most_frames) return;
        client->closed = true;
        client->wake.cancel();
    });
    while (!link->client->closed) {
        const auto [ec, size] = co_await link->ws.async_read(link->incoming, as_awaitable);
        link->incoming.clear();
        if (ec || ++link->client->received > most_frames) break;
    }
    link->end();
}

Text tick(const Server::State& state) {
    const boost::json::object now{{"now", format_local(state.clock.now().local)}};
    return std::make_shared<const std::string>(boost::json::serialize(boost::json::object{{"tick", now}}));
}

/// What to send next; null: nothing.
Text next_text(Server::State& state, LiveClient& client) {
    if (client.needs_snapshot) {
        client.needs_snapshot = false;
        client.out.clear();
        return std::make_shared<const std::string>(
            boost::json::serialize(boost::json::object{{"snapshot", state.gate.snapshot()}}));
    }
    if (client.out.empty()) return nullptr;
    auto text = std::move(client.out.front());
    client.out.pop_front();
    return text;
}

Awaitable<void> tell(std::shared_ptr<LiveLink> link) {
    auto& state = *link->state;
    auto& client = *link->client;
    while (!client.closed && !state.stopped) {
        if (!state.sessions.guard(client.token, state.mono())) break;
        auto text = next_text(state, client);
        if (!text) {
            client.wake.expires_after(state.config.heartbeat);
            const auto [ec] = co_await client.wake.async_wait(as_awaitable);
            if (ec) continue;  // woken: there is something to do
            client.received = 0;
            text = tick(state);
        }
        const auto [ec, size] = co_await link->ws.async_write(boost::asio::buffer(*text), as_awaitable);
        if (ec) break;
    }
    link->end();
}

}  // namespace

Awaitable<void> serve_live(std::shared_ptr<Server::State> state, std::shared_ptr<Connection> connection,
                           std::shared_ptr<Wire> wire, Request request, std::string token) {
    auto link = std::make_shared<LiveLink>(std::move(wire), state);
    connection->close = [weak = std::weak_ptr(link)] {
        if (const auto alive = weak.lock()) alive->end();
    };
    link->client->token = std::move(token);
    link->ws.read_message_max(1024);
    link->ws.text(true);
    link->wire->expires_never();
    link->ws.set_option(websocket::stream_base::timeout{state->config.read_within, state->config.write_within, true});
    const auto [ec] = co_await link->ws.async_accept(request, as_awaitable);
    if (ec || state->stopped) co_return;
    state->live.add(link->client);
    boost::asio::co_spawn(state->io, listen(link), boost::asio::detached);
    co_await tell(link);
    state->live.remove(link->client);
}

}  // namespace menshen::panel
