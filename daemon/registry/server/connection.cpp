// The one file that speaks HTTP (Beast).
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <fstream>

#include "loop/wire.hpp"
#include "packing.hpp"
#include "pages/pages.hpp"
#include "peer.hpp"
#include "registry/console.hpp"
#include "route.hpp"
#include "state.hpp"
#include "target.hpp"

namespace menshen::registry::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using loop::Wire;
using Parser = http::request_parser<http::string_body>;

constexpr std::uint32_t most_header = 16 * 1024;
constexpr std::size_t file_piece = std::size_t{256} << 10;
/// The fields that handlers ask for. Twice the same one is an attempt to be read two ways.
constexpr std::array fields_heard{http::field::host,     http::field::origin,        http::field::cookie,
                                  http::field::if_match, http::field::if_none_match, http::field::range,
                                  http::field::if_range, http::field::authorization, http::field::accept_encoding};

/// One connection's wire with what belongs to it.
struct Line {
    StatePtr state;
    std::shared_ptr<Connection> connection;
    std::shared_ptr<Wire> wire;
    Door door;
    std::optional<PeerCertificate> certificate;
    beast::flat_buffer buffer{most_header + 64 * 1024};
};

std::optional<Reply> unreadable(const beast::error_code& ec) {
    if (ec == http::error::body_limit) return problem(413, "too-large", {"请求内容过大", "The body is too large"});
    if (ec == http::error::header_limit) return problem(431, "too-large", {"请求头过大", "The header is too large"});
    const bool gone = ec == http::error::end_of_stream || ec == http::error::partial_message;
    if (gone || ec.category() != make_error_code(http::error::bad_method).category()) return std::nullopt;
    return problem(400, "http", {"请求格式不对", "This is not a good HTTP request"}, ec.message());
}

std::string lower_name(http::field field) {
    const auto name = http::to_string(field);
    std::string lower(name.data(), name.size());
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return lower;
}

/// False: a field stands there twice.
bool take_fields(const http::fields& fields, Call& call) {
    for (const auto field : fields_heard) {
        if (fields.count(field) > 1) return false;
        const auto found = fields.find(field);
        if (found != fields.end()) call.fields[lower_name(field)] = found->value();
    }
    if (fields.count("Idempotency-Key") > 1) return false;
    const auto key = fields["Idempotency-Key"];
    if (!key.empty()) call.fields["idempotency-key"] = key;
    return true;
}

template <class Message>
void fill_head(Message& response, const Reply& reply, Door door) {
    response.result(reply.status);
    if (!reply.type.empty()) response.set(http::field::content_type, reply.type);
    if (door == Door::admin) response.set(http::field::cache_control, "no-store");
    for (const auto& [name, value] : reply.fields) response.set(name, value);
    if (door == Door::gate) return;  // no browser comes here, and thousands of polls are kept short
    for (const auto& [name, value] : pages::security_fields()) response.set(name, value);
    response.set(pages::strict_transport.first, pages::strict_transport.second);
}

Awaitable<bool> write_text(Line& line, const Reply& reply, unsigned version, bool keep) {
    const auto body = reply.body();
    http::response<http::span_body<const char>> response{http::status::ok, version};
    fill_head(response, reply, line.door);
    response.body() = beast::span<const char>(body.data(), body.size());
    response.keep_alive(keep);
    if (reply.status != 204 && reply.status != 304) response.prepare_payload();
    // a large answer has as long as a file's pieces would
    const auto pieces = 1 + body.size() / (std::size_t{4} << 20);
    line.wire->expires_after(line.state->services.config.write_within * static_cast<int>(pieces));
    const auto [ec, size] = co_await http::async_write(*line.wire, response, as_awaitable);
    co_return !ec && keep;
}

/// Reads the pieces on a thread that may wait for a disk.
Awaitable<bool> write_pieces(Line& line, FileSlice slice) {
    auto in = std::make_shared<std::ifstream>();
    auto piece = std::make_shared<std::string>();
    while (slice.size > 0) {
        const auto size = std::min<std::uint64_t>(slice.size, file_piece);
        Task task = [in, piece, slice, size] {
            if (!in->is_open()) in->open(slice.path, std::ios::binary);
            piece->resize(size);
            in->seekg(static_cast<std::streamoff>(slice.offset));
            if (!in->read(piece->data(), static_cast<std::streamsize>(size))) piece->clear();
        };
        const bool ran = co_await on(*line.state, *line.state->file_worker, std::move(task));
        if (!ran || piece->empty()) co_return false;
        line.wire->expires_after(line.state->services.config.write_within);
        const auto [ec, written] = co_await asio::async_write(*line.wire, asio::buffer(*piece), as_awaitable);
        if (ec) co_return false;
        slice.offset += size;
        slice.size -= size;
    }
    co_return true;
}

Awaitable<bool> write_file(Line& line, const Reply& reply, unsigned version, bool keep) {
    http::response<http::empty_body> response{http::status::ok, version};
    fill_head(response, reply, line.door);
    response.content_length(reply.file->size);
    response.keep_alive(keep);
    http::response_serializer<http::empty_body> head(response);
    line.wire->expires_after(line.state->services.config.write_within);
    const auto [ec, size] = co_await http::async_write_header(*line.wire, head, as_awaitable);
    if (ec) co_return false;
    co_return co_await write_pieces(line, *reply.file) && keep;
}

Awaitable<bool> write_reply(Line& line, const Reply& reply, unsigned version, bool keep) {
    if (reply.file) co_return co_await write_file(line, reply, version, keep);
    co_return co_await write_text(line, reply, version, keep);
}

CallPtr call_of(const Line& line, const Parser::value_type& request, std::vector<std::string>& segments,
                std::optional<Reply>& refused) {
    auto call = std::make_shared<Call>();
    call->door = line.door;
    call->from = line.connection->from;
    call->now = line.state->now();
    call->certificate = line.certificate;
    auto read = read_target(request.target(), *call);
    if (!read || !take_fields(request.base(), *call)) {
        refused = problem(400, "http", {"请求格式不对", "Target or fields cannot be read"});
        return call;
    }
    segments = std::move(*read);
    return call;
}

/// A file of the console, or a problem.
Reply page_reply(const std::string& path) {
    const auto page = console::page(path);
    if (!page) return not_found();
    Reply reply;
    reply.type = page->type;
    reply.built_in = page->bytes;
    reply.fields.emplace_back("Cache-Control", page->cache);
    return reply;
}

/// The route, or what is said instead.
const Route* find_route(const Line& line, const Parser::value_type& request, const std::vector<std::string>& segments,
                        Call& call, std::optional<Reply>& refused) {
    const auto method = request.method_string();
    auto matched = match(line.door, {method.data(), method.size()}, segments);
    if (matched.route != nullptr) {
        call.parts = std::move(matched.parts);
        return matched.route;
    }
    if (matched.allow.empty()) {
        refused = line.door == Door::admin && method == "GET" ? page_reply(call.path) : not_found();
    } else {
        refused = problem(405, "method", {"不支持此操作", "This address has no such method"});
        refused->fields.emplace_back("Allow", matched.allow);
    }
    return nullptr;
}

/// Who waits for leave to send a large body gets it.
Awaitable<bool> say_continue(Line& line, const Parser::value_type& request) {
    if (!beast::iequals(request[http::field::expect], "100-continue")) co_return true;
    http::response<http::empty_body> go_on{http::status::continue_, request.version()};
    const auto [ec, size] = co_await http::async_write(*line.wire, go_on, as_awaitable);
    co_return !ec;
}

/// Everything before the body, which only those may send who may do what they ask for.
Awaitable<std::optional<Reply>> read_body(Line& line, Parser& parser, const Route& route, Call& call) {
    const auto length = parser.content_length();
    const bool has_body = parser.chunked() || (length && *length > 0);
    if (has_body && length && *length > route.most_body) co_return unreadable(http::error::body_limit);
    parser.body_limit(std::max<std::size_t>(route.most_body, 1));
    if (!co_await say_continue(line, parser.get())) co_return unreadable(http::error::partial_message);
    line.wire->expires_after(line.state->services.config.read_within);
    const auto [ec, size] = co_await http::async_read(*line.wire, line.buffer, parser, as_awaitable);
    if (ec) co_return unreadable(ec).value_or(problem(400, "http", {"请求中断", "The request was cut off"}));
    call.body = std::move(parser.get().body());
    co_return std::nullopt;
}

Awaitable<bool> answer_one(Line& line, Parser& parser) {
    const auto& request = parser.get();
    const unsigned version = request.version();
    std::optional<Reply> refused;
    std::vector<std::string> segments;
    const auto call = call_of(line, request, segments, refused);
    const auto* route = refused ? nullptr : find_route(line, request, segments, *call, refused);
    line.wire->expires_never();  // while we think; what waits for others has its own deadline
    if (route != nullptr) refused = co_await refuse(line.state, call, *route);
    if (refused) co_return co_await write_reply(line, *refused, version, request.keep_alive() && parser.is_done());
    if (call->gate) line.connection->gate = call->certificate->key;
    if (!parser.is_done()) {
        refused = co_await read_body(line, parser, *route, *call);
        if (refused) co_return co_await write_reply(line, *refused, version, false);
    }
    const bool keep = request.keep_alive();
    line.wire->expires_never();
    auto reply = co_await answer(line.state, call, *route);
    if (line.door == Door::gate) pack(*call, reply);
    if (reply.status >= 500) spdlog::warn("{} {}: {}", route->method, call->path, reply.status);
    co_return co_await write_reply(line, reply, version, keep && !line.state->stopping);
}

Awaitable<bool> serve_one(Line& line) {
    Parser parser;
    parser.header_limit(most_header);
    parser.body_limit(large_body);
    line.connection->busy = false;
    line.wire->expires_after(line.state->services.config.idle);
    const auto [ec, size] = co_await http::async_read_header(*line.wire, line.buffer, parser, as_awaitable);
    line.connection->busy = true;
    if (ec) {
        if (const auto reply = unreadable(ec)) co_await write_reply(line, *reply, 11, false);
        co_return false;
    }
    co_return co_await answer_one(line, parser);
}

/// Takes the connection off the lists however its coroutine ends.
struct Listed {
    StatePtr state;
    std::shared_ptr<Connection> connection;
    std::uint64_t number;
    ~Listed() {
        state->connections.erase(number);
        if (--state->peers[connection->from] == 0) state->peers.erase(connection->from);
    }
};

}  // namespace

Awaitable<void> serve(StatePtr state, std::shared_ptr<Connection> connection, tcp::socket socket, Listener& listener) {
    const auto number = state->next_connection++;
    state->connections.emplace(number, connection);
    ++state->peers[connection->from];
    const Listed listed{state, connection, number};
    Line line{state, connection, std::make_shared<Wire>(std::move(socket), listener.tls.get()), listener.door, {}};
    connection->close = [weak = std::weak_ptr(line.wire)] {
        if (const auto alive = weak.lock()) alive->close();
    };
    line.wire->expires_after(state->services.config.shake_within);
    if (!co_await line.wire->shake_hands()) co_return;
    if (listener.door == Door::gate) line.certificate = certificate_of(line.wire->secret());
    while (!state->stopping && co_await serve_one(line)) {
    }
    line.wire->shut_sending();
}

}  // namespace menshen::registry::server
