// admin.sock: one JSON object a line, answered by one line, or by many for a followed stream (the tool `menshen`).
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "unix_server.hpp"

namespace menshen::gate {

class AdminServer {
  public:
    /// Sends one line to the peer. False: the peer is gone or does not read (more than 4 MiB wait), stop sending.
    using Answer = std::function<bool(const boost::json::object&)>;
    /// Called for each request, on the loop; may answer later and more than once.
    using Handler = std::function<void(boost::json::object request, Answer answer)>;

    AdminServer(boost::asio::any_io_executor loop, Handler handler);
    ~AdminServer();
    Status listen(const std::string& path) { return server_.listen(path); }
    void close();

    static constexpr std::size_t most_request = 64 * 1024 * 1024;  // an import of 200,000 rows

  private:
    class Connection;
    UnixServer server_;
    Handler handler_;
    std::set<std::shared_ptr<Connection>> connections_;
};

}  // namespace menshen::gate
