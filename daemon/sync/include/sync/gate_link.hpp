// One connection to the gate's courier.sock (values/courier_message.hpp). On the loop's thread only; one question at a
// time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>

#include "loop/awaitable.hpp"
#include "values/courier_message.hpp"
#include "values/time.hpp"

namespace menshen::sync {

class GateLink {
  public:
    GateLink(boost::asio::io_context& io, std::string path) : path_(std::move(path)), socket_(io), deadline_(io) {}

    /// The gate's answer, also where it refuses. Connects if there is no connection. Errc::unavailable: nobody listens,
    /// or the connection broke: whether the gate has heard is not known. Errc::timeout. After an error the connection
    /// is closed, and what was begun on it is gone.
    [[nodiscard]] loop::Awaitable<Result<courier_message::Frame>> ask(courier_message::Frame question,
                                                                      Duration within = seconds(60));
    /// Ends the connection for now: the gate takes few at once.
    void rest() { drop(); }
    /// A question under way ends with an error; so does the next one.
    void close();

  private:
    loop::Awaitable<Status> connect();
    loop::Awaitable<Result<courier_message::Frame>> exchange(const courier_message::Frame& question);
    void drop();

    std::string path_;
    boost::asio::local::stream_protocol::socket socket_;
    boost::asio::steady_timer deadline_;
    courier_message::Parser parser_{courier_message::max_frame};
    bool closed_ = false, late_ = false;
};

/// {"ok":true}?
[[nodiscard]] bool is_ok(const courier_message::Frame& answer);
/// A text of the answer's header; empty: not there.
[[nodiscard]] std::string text_of(const boost::json::object& header, std::string_view key);
/// A whole number of it; 0: not there.
[[nodiscard]] std::int64_t number_of(const boost::json::object& header, std::string_view key);

}  // namespace menshen::sync
