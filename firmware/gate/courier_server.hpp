// courier.sock: frames of values/courier_message.hpp. One question at a time and connection; the next is read when it
// has been answered, and a connection that hangs up keeps its place until then: a courier can fill no memory here, and
// no more of its questions are worked on than there are places.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "unix_server.hpp"
#include "values/courier_message.hpp"

namespace menshen::gate {

/// Lives as long as a connection.
struct CourierSession {
    std::shared_ptr<void> upload;   // what it has begun
    std::function<void()> give_up;  // of a question that may wait long: nobody waits for its answer any more
};

class CourierServer {
  public:
    /// Connections at a time: all that a courier has open at once, and one for whoever looks on.
    static constexpr std::size_t places = 6;

    /// Exactly once for each question, on the loop.
    using Answer = std::function<void(courier_message::Frame)>;
    using Handler =
        std::function<void(courier_message::Frame question, const std::shared_ptr<CourierSession>&, Answer answer)>;

    CourierServer(boost::asio::any_io_executor loop, Handler handler);
    ~CourierServer();
    /// `group`: whose members may speak here, beside our own; ignored where there is none of that name.
    Status listen(const std::string& path, const std::string& group) { return server_.listen(path, group); }
    void close();

  private:
    class Connection;
    UnixServer server_;
    Handler handler_;
    std::set<std::shared_ptr<Connection>> connections_;  // also those that ended and whose question is worked on
};

}  // namespace menshen::gate
