// The control port: one JSON object a line in, one answer a line out, and events as they happen. A test or the director
// of a simulated site says what drives up.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace menshen::twin {

class ControlSession;

/// On the thread of `io`. At most 8 clients, lines up to 16 kB; a client that does not read its events is dropped.
class ControlServer {
  public:
    using Reply = std::function<void(boost::json::object)>;
    using Handler = std::function<void(const boost::json::object& command, Reply reply)>;

    ControlServer(boost::asio::io_context& io, const boost::asio::ip::tcp::endpoint& at, Handler handler);
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;
    ~ControlServer();

    [[nodiscard]] unsigned short port() const { return acceptor_.local_endpoint().port(); }
    /// To every client.
    void tell(const boost::json::object& event);

  private:
    friend class ControlSession;
    void accept();
    boost::asio::ip::tcp::acceptor acceptor_;
    Handler handler_;
    std::vector<std::weak_ptr<ControlSession>> clients_;
};

}  // namespace menshen::twin
