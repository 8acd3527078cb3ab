// Modbus RTU slave on a serial device or a new pseudo terminal, paced as the wire of that baud rate would be.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <chrono>
#include <string>

#include "site.hpp"

namespace menshen::twin {

class RtuServer {
  public:
    /// `device`: "pty" makes a pseudo terminal. Throws std::system_error.
    RtuServer(boost::asio::io_context& io, Site& site, const std::string& device, int baud);
    ~RtuServer();
    RtuServer(const RtuServer&) = delete;
    RtuServer& operator=(const RtuServer&) = delete;
    /// What a master opens.
    [[nodiscard]] const std::string& device() const { return device_; }

  private:
    void open_pty();
    boost::asio::awaitable<void> serve();
    boost::asio::awaitable<void> answer_all(Bytes& bytes);
    boost::asio::awaitable<void> answer(Bytes frame);
    boost::asio::awaitable<void> pause(std::chrono::nanoseconds time);
    [[nodiscard]] std::chrono::nanoseconds wire_time(std::size_t bytes) const;

    boost::asio::io_context& io_;
    Site& site_;
    std::string device_;
    int baud_;
    int peer_ = -1;  // the other end of a pseudo terminal: held open so that a master may come and go
    boost::asio::posix::stream_descriptor stream_;
};

/// Length of the request that begins with these bytes, 0 while it cannot be known yet.
[[nodiscard]] std::size_t request_length(const Bytes& bytes);

}  // namespace menshen::twin
