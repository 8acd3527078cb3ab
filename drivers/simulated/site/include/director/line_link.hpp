// A peer that speaks one JSON object a line: a twin's control port, the gate's admin socket. Lines with "event" are
// events, the others answer what was asked, in order.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/json/object.hpp>

#include <deque>
#include <memory>
#include <string>

#include "director/wait.hpp"
#include "values/result.hpp"

namespace menshen::director {

class LineLink {
  public:
    explicit LineLink(boost::asio::any_io_executor loop);
    ~LineLink();
    LineLink(const LineLink&) = delete;
    LineLink& operator=(const LineLink&) = delete;

    /// 127.0.0.1:port / a socket file.
    [[nodiscard]] Status connect(unsigned short port);
    [[nodiscard]] Status connect(const std::string& socket_file);
    void close();
    [[nodiscard]] bool open() const;

    /// Sends and waits for the answer. An answer {"ok":false} comes back as Errc::denied with its "error".
    [[nodiscard]] Task<Result<boost::json::object>> ask(boost::json::object request, Steady::duration within);
    /// Sends; the answer is thrown away.
    void tell(const boost::json::object& request);

    std::function<void(const boost::json::object&)> on_event;
    std::function<void()> on_closed;

  private:
    struct State;
    [[nodiscard]] Status connect(const boost::asio::generic::stream_protocol::endpoint& to, const std::string& name);
    std::shared_ptr<State> state_;
};

}  // namespace menshen::director
