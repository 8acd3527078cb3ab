#include "loop/wire.hpp"

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <optional>
#include <string_view>

namespace menshen::loop {
namespace {

/// Somebody typed http:// where TLS is served: said in the clear, as nothing else would be read.
constexpr std::string_view use_https =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
    "请把地址开头的 http:// 改为 https://\nThis is served with TLS: write https:// instead of http://\n";

/// The wire's own ends know nothing of the handler's executor: one loop runs them all.
auto plainly(Wire::Moved done) {
    return
        [done = std::move(done)](boost::system::error_code ec, std::size_t size) mutable { std::move(done)(ec, size); };
}

}  // namespace

struct Wire::Ends {
    Ends(tcp::socket socket, asio::ssl::context* context) : clear(std::move(socket)) {
        if (context != nullptr) secret.emplace(clear, *context);
    }
    beast::tcp_stream clear;
    std::optional<beast::ssl_stream<beast::tcp_stream&>> secret;
};

Wire::Wire(tcp::socket socket, asio::ssl::context* tls) : ends_(std::make_unique<Ends>(std::move(socket), tls)) {}
Wire::~Wire() = default;

Wire::executor_type Wire::get_executor() const {
    return ends_->clear.get_executor();
}

Awaitable<bool> Wire::shake_hands() {
    if (!ends_->secret) co_return true;
    const auto [ec] = co_await ends_->secret->async_handshake(asio::ssl::stream_base::server, as_awaitable);
    if (!ec) co_return true;
    const bool spoke_http = ec.category() == asio::error::get_ssl_category() &&
                            ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == SSL_R_HTTP_REQUEST;
    if (spoke_http) co_await ends_->clear.async_write_some(asio::buffer(use_https), as_awaitable);
    co_return false;
}

ssl_st* Wire::secret() const {
    return ends_->secret ? ends_->secret->native_handle() : nullptr;
}

void Wire::expires_after(Duration time) {
    ends_->clear.expires_after(time);
}

void Wire::expires_never() {
    ends_->clear.expires_never();
}

void Wire::shut_sending() {
    boost::system::error_code ignored;
    ends_->clear.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

void Wire::close() {
    ends_->clear.close();
}

void Wire::read_some(asio::mutable_buffer into, Moved done) {
    if (ends_->secret) return ends_->secret->async_read_some(into, plainly(std::move(done)));
    ends_->clear.async_read_some(into, plainly(std::move(done)));
}

void Wire::write_some(const Pieces& pieces, Moved done) {
    if (ends_->secret) return ends_->secret->async_write_some(pieces, plainly(std::move(done)));
    ends_->clear.async_write_some(pieces, plainly(std::move(done)));
}

void Wire::tear_down(beast::role_type role, Ended done) {
    using beast::async_teardown;
    using beast::websocket::async_teardown;
    auto ended = [done = std::move(done)](boost::system::error_code ec) mutable { std::move(done)(ec); };
    if (ends_->secret) return async_teardown(role, *ends_->secret, std::move(ended));
    async_teardown(role, ends_->clear, std::move(ended));
}

}  // namespace menshen::loop
