#include "tcp_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace menshen::twin {
namespace asio = boost::asio;
using asio::ip::tcp;
namespace {

constexpr std::size_t most_connections = 8;
constexpr std::size_t largest_pdu = 253;

}  // namespace

TcpServer::TcpServer(asio::io_context& io, Site& site, std::uint16_t port) : io_(io), site_(site), port_(port) {
    listen();
    site_.on_hang_up.emplace_back([this] { hang_up(); });
    site_.on_dead.emplace_back([this] {
        acceptor_.reset();
        hang_up();
    });
    site_.on_alive.emplace_back([this] {
        if (!acceptor_) listen();
    });
}

void TcpServer::listen() {
    acceptor_.emplace(io_, tcp::endpoint(asio::ip::address_v4::loopback(), port_), true);
    port_ = acceptor_->local_endpoint().port();
    accept();
}

void TcpServer::accept() {
    acceptor_->async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
        if (error == asio::error::operation_aborted || !acceptor_) return;
        if (!error && sockets_.size() < most_connections) {
            boost::system::error_code ignored;
            socket.set_option(tcp::no_delay(true), ignored);
            auto shared = std::make_shared<tcp::socket>(std::move(socket));
            sockets_.insert(shared);
            asio::co_spawn(io_, serve(shared), asio::detached);
        }
        accept();
    });
}

void TcpServer::hang_up() {
    for (const Socket& socket : sockets_) {
        boost::system::error_code ignored;
        socket->close(ignored);
    }
}

asio::awaitable<void> TcpServer::serve(Socket socket) {
    try {
        while (socket->is_open()) co_await answer_one(socket);
    } catch (const std::exception&) {
        // the peer went away or sent what is no Modbus; a board says nothing either
    }
    sockets_.erase(socket);
}

asio::awaitable<void> TcpServer::answer_one(Socket socket) {
    std::array<std::uint8_t, 7> header{};
    co_await asio::async_read(*socket, asio::buffer(header), asio::use_awaitable);
    const auto length = static_cast<std::size_t>(header[4] << 8U | header[5]);
    if (header[2] != 0 || header[3] != 0 || length < 2 || length > largest_pdu + 1)
        throw std::runtime_error("not Modbus");
    Bytes pdu(length - 1);
    co_await asio::async_read(*socket, asio::buffer(pdu), asio::use_awaitable);

    asio::steady_timer timer(io_);
    while (site_.faults.frozen) {
        timer.expires_after(std::chrono::milliseconds(5));
        co_await timer.async_wait(asio::use_awaitable);
    }
    if (header[6] != site_.config().unit && header[6] != 0xFF && header[6] != 0) co_return;  // nobody of that unit here
    Bytes answer = tcp_answer(static_cast<std::uint16_t>(header[0] << 8U | header[1]), header[6], site_.request(pdu),
                              site_.faults.take_nonsense());
    if (const int late = site_.faults.take_late(); late > 0) {
        timer.expires_after(std::chrono::milliseconds(late));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_await asio::async_write(*socket, asio::buffer(answer), asio::use_awaitable);
}

}  // namespace menshen::twin
