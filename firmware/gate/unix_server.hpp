// A stream socket in site.run, mode 0660, whose peers are checked by their credentials (ARCHITECTURE, "Sockets").
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "values/result.hpp"

namespace menshen::gate {

using UnixSocket = boost::asio::local::stream_protocol::socket;

class UnixServer {
  public:
    /// `accepted` gets every connection of root, of this process's user, or of its group's members.
    UnixServer(boost::asio::any_io_executor loop, std::function<void(UnixSocket)> accepted);
    ~UnixServer();

    /// Replaces a stale socket file. Errc::conflict if another process answers there. `group`: the socket is that
    /// group's, whose members are trusted too; where there is none of that name, or this process may not give it, the
    /// socket stays our own group's.
    Status listen(const std::string& path, const std::string& group = {});
    void close();

  private:
    void accept();
    void give_to(const std::string& group, const std::string& path);

    boost::asio::local::stream_protocol::acceptor acceptor_;
    std::function<void(UnixSocket)> accepted_;
    std::string path_;
    std::optional<gid_t> group_;  // beside our own
};

}  // namespace menshen::gate
