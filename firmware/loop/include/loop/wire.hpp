// One accepted connection's bytes, in the clear or under TLS, behind one type: HTTP and the live channel are compiled
// once, not once for each. On the loop's thread only.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/role.hpp>

#include <array>
#include <memory>
#include <utility>

#include "loop/awaitable.hpp"
#include "values/time.hpp"

namespace menshen::loop {

namespace beast = boost::beast;

/// An AsyncStream as Asio and Beast understand it; what it does is in wire.cpp.
class Wire {
  public:
    using executor_type = asio::any_io_executor;
    using Moved = asio::any_completion_handler<void(boost::system::error_code, std::size_t)>;
    using Ended = asio::any_completion_handler<void(boost::system::error_code)>;
    static constexpr std::size_t most_pieces = 8;  // gathered into one write
    using Pieces = std::array<asio::const_buffer, most_pieces>;

    /// `tls` null: in the clear. It must outlive the wire.
    Wire(tcp::socket socket, asio::ssl::context* tls);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    [[nodiscard]] executor_type get_executor() const;
    /// The server's side of the TLS hand-shake; at once good in the clear. Bound it by expires_after.
    [[nodiscard]] Awaitable<bool> shake_hands();
    /// OpenSSL's own, for who asks about the peer after the hand-shake; null in the clear.
    [[nodiscard]] ssl_st* secret() const;
    void expires_after(Duration time);
    void expires_never();
    void shut_sending();
    void close();

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto&& handler, asio::mutable_buffer into) {
                read_some(into, Moved(std::forward<decltype(handler)>(handler)));
            },
            token, first_of(buffers));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto&& handler, const Pieces& pieces) {
                write_some(pieces, Moved(std::forward<decltype(handler)>(handler)));
            },
            token, pieces_of(buffers));
    }

    // What Beast asks of a stream that it does not know: to end it gently, or at once.
    template <class Handler>
    friend void async_teardown(beast::role_type role, Wire& wire, Handler&& handler) {
        wire.tear_down(role, Ended(std::forward<Handler>(handler)));
    }
    friend void beast_close_socket(Wire& wire) { wire.close(); }

  private:
    struct Ends;
    void read_some(asio::mutable_buffer into, Moved done);
    void write_some(const Pieces& pieces, Moved done);
    void tear_down(beast::role_type role, Ended done);

    /// A read may bring less than was asked: the first buffer with room is enough.
    template <class Buffers>
    static asio::mutable_buffer first_of(const Buffers& buffers) {
        const auto end = asio::buffer_sequence_end(buffers);
        for (auto at = asio::buffer_sequence_begin(buffers); at != end; ++at) {
            if (const asio::mutable_buffer one = *at; one.size() != 0) return one;
        }
        return {};
    }
    template <class Buffers>
    static Pieces pieces_of(const Buffers& buffers) {
        Pieces pieces;
        std::size_t n = 0;
        const auto end = asio::buffer_sequence_end(buffers);
        for (auto at = asio::buffer_sequence_begin(buffers); at != end && n < pieces.size(); ++at) {
            if (const asio::const_buffer one = *at; one.size() != 0) pieces[n++] = one;
        }
        return pieces;
    }

    std::unique_ptr<Ends> ends_;
};

}  // namespace menshen::loop
