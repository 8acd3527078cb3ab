#include "connection.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "api.hpp"
#include "loop/wire.hpp"
#include "pages.hpp"
#include "serve_live.hpp"

namespace menshen::panel {
namespace {

constexpr std::uint32_t most_header = 8 * 1024;
constexpr std::uint64_t most_body = 16UL * 1024;

/// What is said to a request that could not be read; nothing if the peer has gone or was too slow.
std::optional<Reply> unreadable(const beast::error_code& ec) {
    if (ec == http::error::body_limit) {
        return problem(http::status::payload_too_large, "too-large", {"请求内容过大", "The body is over 16 KiB"});
    }
    if (ec == http::error::header_limit) {
        return problem(http::status::request_header_fields_too_large, "too-large",
                       {"请求头过大", "The header is over 8 KiB"});
    }
    const bool gone = ec == http::error::end_of_stream || ec == http::error::partial_message;
    if (gone || ec.category() != make_error_code(http::error::bad_method).category()) return std::nullopt;
    return problem(http::status::bad_request, "http", {"请求格式不对", "This is not a good HTTP request"},
                   ec.message());
}

Awaitable<bool> write_reply(Server::State& state, Wire& wire, const Reply& reply, unsigned version, bool keep) {
    const auto body = reply.body();
    http::response<http::span_body<const char>> response{reply.status, version};
    response.set(http::field::server, "menshen");
    response.set(http::field::content_type, reply.type);
    response.set(http::field::cache_control, "no-store");
    for (const auto& [field, value] : reply.fields) response.set(field, value);
    add_security_fields(response, state.tls != nullptr);
    response.body() = boost::beast::span<const char>(body.data(), body.size());
    response.keep_alive(keep);
    response.prepare_payload();
    wire.expires_after(state.config.write_within);
    const auto [ec, size] = co_await http::async_write(wire, response, as_awaitable);
    co_return !ec && keep;
}

/// One request and its answer; false when the connection is over.
Awaitable<bool> serve_one(std::shared_ptr<Server::State> state, std::shared_ptr<Connection> connection,
                          std::shared_ptr<Wire> wire, beast::flat_buffer& buffer) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(most_header);
    parser.body_limit(most_body);
    wire->expires_after(state->config.read_within);
    const auto [ec, size] = co_await http::async_read(*wire, buffer, parser, as_awaitable);
    if (ec) {
        if (const auto reply = unreadable(ec)) co_await write_reply(*state, *wire, *reply, 11, false);
        co_return false;
    }
    const auto request = parser.release();
    const unsigned version = request.version();
    if (beast::websocket::is_upgrade(request)) {
        std::string token;
        if (const auto refused = refuse_live(*state, request, token)) {
            co_return co_await write_reply(*state, *wire, *refused, version, false);
        }
        connection->has_session = true;
        co_await serve_live(state, connection, wire, request, std::move(token));
        co_return false;
    }
    // While the gate thinks nothing is read: its own deadline bounds that.
    wire->expires_never();
    const auto reply = co_await answer(state, connection, request);
    co_return co_await write_reply(*state, *wire, reply, version, request.keep_alive());
}

/// Takes the connection off the list however its coroutine ends.
struct Listed {
    std::shared_ptr<Server::State> state;
    std::uint64_t number;
    ~Listed() { state->connections.erase(number); }
};

}  // namespace

Awaitable<void> serve(std::shared_ptr<Server::State> state, std::shared_ptr<Connection> connection,
                      tcp::socket socket) {
    const Listed listed{state, connection->number};
    const auto wire = std::make_shared<Wire>(std::move(socket), state->tls.get());
    connection->close = [weak = std::weak_ptr(wire)] {
        if (const auto alive = weak.lock()) alive->close();
    };
    wire->expires_after(state->config.read_within);
    if (!co_await wire->shake_hands()) co_return;
    beast::flat_buffer buffer(most_header + most_body);
    while (!state->stopped && co_await serve_one(state, connection, wire, buffer)) {
    }
    wire->shut_sending();
}

}  // namespace menshen::panel
