// A stream socket in site.run, mode 0660, whose peers are checked by their credentials (ARCHITECTURE, "Sockets").
#pragma once

#include <boost/asio/local/stream_protocol.hpp>

#include <functional>
#include <string>

#include "values/result.hpp"

namespace menshen::gate {

using UnixSocket = boost::asio::local::stream_protocol::socket;

class UnixServer {
  public:
    /// `accepted` gets every connection of root, of this process's user, or of its group's members.
    UnixServer(boost::asio::any_io_executor loop, std::function<void(UnixSocket)> accepted);
    ~UnixServer();

    /// Replaces a stale socket file. Errc::conflict if another process answers there.
    Status listen(const std::string& path);
    void close();

  private:
    void accept();

    boost::asio::local::stream_protocol::acceptor acceptor_;
    std::function<void(UnixSocket)> accepted_;
    std::string path_;
};

}  // namespace menshen::gate
