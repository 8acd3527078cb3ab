#include "panel/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <openssl/ssl.h>
#include <sodium.h>

#include <algorithm>

#include "connection.hpp"
#include "state.hpp"

namespace menshen::panel {
namespace {

std::string host_of(const asio::ip::address& address) {
    return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

Status load_tls(const Config& config, std::unique_ptr<asio::ssl::context>& into) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    boost::system::error_code ec;
    if (::SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION) != 1) {
        return {Errc::internal, "[panel] this machine's OpenSSL cannot serve TLS 1.2"};
    }
    context->use_certificate_chain_file(config.certificate, ec);
    if (ec) return {Errc::invalid, "[panel] certificate " + config.certificate + ": " + ec.message()};
    context->use_private_key_file(config.key, asio::ssl::context::pem, ec);
    if (ec) return {Errc::invalid, "[panel] key " + config.key + ": " + ec.message()};
    into = std::move(context);
    return {};
}

Status listen(Server::State& state, const asio::ip::address& address) {
    const tcp::endpoint endpoint(address, state.config.port);
    boost::system::error_code ec;
    state.acceptor.open(endpoint.protocol(), ec);
    if (!ec) state.acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) state.acceptor.bind(endpoint, ec);
    if (!ec) state.acceptor.listen(64, ec);
    if (ec) {
        return {Errc::io, "[panel] cannot listen on " + host_of(address) + ":" + std::to_string(state.config.port) +
                              ": " + ec.message()};
    }
    return {};
}

/// Makes room for one more by ending the oldest connection that no guard uses; false if every one is in use.
bool make_room(Server::State& state) {
    if (state.connections.size() < state.config.connections) return true;
    const auto idle =
        std::ranges::find_if(state.connections, [](const auto& entry) { return !entry.second->has_session; });
    if (idle == state.connections.end()) return false;
    const auto connection = idle->second;
    state.connections.erase(idle);
    connection->close();
    return true;
}

void admit(const std::shared_ptr<Server::State>& state, tcp::socket socket) {
    if (!make_room(*state)) return;  // the socket closes
    auto connection = std::make_shared<Connection>();
    connection->number = state->next_connection++;
    state->connections.emplace(connection->number, connection);
    asio::co_spawn(state->io, serve(state, connection, std::move(socket)), asio::detached);
}

Awaitable<void> accept_all(std::shared_ptr<Server::State> state) {
    while (!state->stopped) {
        auto [ec, socket] = co_await state->acceptor.async_accept(as_awaitable);
        if (state->stopped) break;
        if (!ec) {
            admit(state, std::move(socket));
        } else {
            // Out of descriptors, say: breathe instead of spinning.
            asio::steady_timer pause(state->io, std::chrono::milliseconds(100));
            co_await pause.async_wait(as_awaitable);
        }
    }
}

/// So that a session that nobody touches any more ends, and the journal says when.
Awaitable<void> watch_sessions(std::shared_ptr<Server::State> state) {
    while (!state->stopped) {
        state->sweep.expires_after(state->config.session_check);
        co_await state->sweep.async_wait(as_awaitable);
        if (!state->stopped) state->sessions.expire(state->mono());
    }
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(asio::io_context& io, GateControl& gate, const Clock& clock,
                                              Config config) {
    if (sodium_init() < 0) return {Errc::internal, "libsodium does not start"};
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(config.address, ec);
    if (ec) return {Errc::invalid, "[panel] listen: \"" + config.address + "\" is not an IP address"};
    auto state = std::make_shared<State>(io, gate, clock, std::move(config));
    const bool with_tls = !state->config.certificate.empty() || !state->config.key.empty();
    if (!address.is_loopback() && !with_tls) {
        return {Errc::invalid, "[panel] listen: " + state->config.address +
                                   " is not this machine alone; set certificate and key, or listen on 127.0.0.1"};
    }
    if (with_tls) {
        if (auto ok = load_tls(state->config, state->tls); !ok) return ok.error();
    }
    state->names = {"localhost", "127.0.0.1", "[::1]", host_of(address)};
    state->names.insert(state->names.end(), state->config.names.begin(), state->config.names.end());
    if (auto ok = listen(*state, address); !ok) return ok.error();
    state->subscription = gate.subscribe([weak = std::weak_ptr(state)](const boost::json::object& update) {
        if (const auto alive = weak.lock()) alive->live.publish(update);
    });
    asio::co_spawn(io, accept_all(state), asio::detached);
    asio::co_spawn(io, watch_sessions(state), asio::detached);
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() {
    stop();
}

std::uint16_t Server::port() const noexcept {
    boost::system::error_code ec;
    return state_->acceptor.local_endpoint(ec).port();
}

std::string Server::url() const {
    boost::system::error_code ec;
    const auto endpoint = state_->acceptor.local_endpoint(ec);
    return (state_->tls ? "https://" : "http://") + host_of(endpoint.address()) + ":" +
           std::to_string(endpoint.port()) + "/";
}

void Server::stop() {
    if (state_->stopped) return;
    state_->stopped = true;
    state_->subscription.reset();
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    state_->sweep.cancel();
    const auto open = std::move(state_->connections);
    state_->connections.clear();
    for (const auto& [number, connection] : open) connection->close();
    state_->live.wake_all();
}

}  // namespace menshen::panel
