#include "sync/gate_link.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace menshen::sync {

namespace asio = boost::asio;
using courier_message::Frame;
using loop::as_awaitable;
using loop::Awaitable;

Awaitable<Result<Frame>> GateLink::ask(Frame question, Duration within) {
    if (closed_) co_return Error{Errc::unavailable, "the courier is stopping"};
    late_ = false;
    deadline_.expires_after(within);
    deadline_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        late_ = true;
        drop();
    });
    auto answer = co_await exchange(question);
    deadline_.cancel();
    if (!answer) drop();
    if (!answer && late_) co_return Error{Errc::timeout, path_ + ": the gate does not answer in time"};
    co_return answer;
}

Awaitable<Status> GateLink::connect() {
    if (socket_.is_open()) co_return Status();
    parser_ = courier_message::Parser(courier_message::max_frame);
    const asio::local::stream_protocol::endpoint there(path_);
    const auto [error] = co_await socket_.async_connect(there, as_awaitable);
    if (!error) co_return Status();
    const bool denied = error == boost::system::errc::permission_denied;
    co_return Error{denied ? Errc::denied : Errc::unavailable,
                    path_ + ": " + error.message() +
                        (denied ? "; this user must be in the group menshen-courier" : "; does the gate run?")};
}

Awaitable<Result<Frame>> GateLink::exchange(const Frame& question) {
    auto out = courier_message::encode(question);
    if (!out) co_return out.error();
    if (auto done = co_await connect(); !done) co_return done.error();
    const auto buffer = asio::buffer(*out);
    const auto [failed, sent] = co_await asio::async_write(socket_, buffer, as_awaitable);
    if (failed) co_return Error{Errc::unavailable, path_ + ": " + failed.message()};
    std::array<char, std::size_t{64} * 1024> chunk{};
    for (;;) {
        auto frame = parser_.next();
        if (!frame) co_return frame.error();
        if (*frame) co_return std::move(**frame);
        const auto [error, size] = co_await socket_.async_read_some(asio::buffer(chunk), as_awaitable);
        if (error) co_return Error{Errc::unavailable, path_ + ": " + error.message()};
        parser_.feed({chunk.data(), size});
    }
}

void GateLink::drop() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void GateLink::close() {
    closed_ = true;
    deadline_.cancel();
    drop();
}

bool is_ok(const Frame& answer) {
    const auto* ok = answer.header.if_contains("ok");
    return ok != nullptr && ok->is_bool() && ok->get_bool();
}

std::string text_of(const boost::json::object& header, std::string_view key) {
    const auto* value = header.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_of(const boost::json::object& header, std::string_view key) {
    const auto* value = header.if_contains(key);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace menshen::sync
