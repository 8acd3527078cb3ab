// Modbus TCP on 127.0.0.1, with its own framing. Up to eight connections, as such boards have it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <optional>
#include <set>

#include "site.hpp"

namespace menshen::twin {

class TcpServer {
  public:
    /// Binds; throws boost::system::system_error if the port is taken.
    TcpServer(boost::asio::io_context& io, Site& site, std::uint16_t port);
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    using Socket = std::shared_ptr<boost::asio::ip::tcp::socket>;

    void listen();
    void accept();
    void hang_up();
    boost::asio::awaitable<void> serve(Socket socket);
    boost::asio::awaitable<void> answer_one(Socket socket);

    boost::asio::io_context& io_;
    Site& site_;
    std::uint16_t port_ = 0;
    std::optional<boost::asio::ip::tcp::acceptor> acceptor_;
    std::set<Socket> sockets_;
};

}  // namespace menshen::twin
