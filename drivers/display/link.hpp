// The board's line: a serial device or a TCP connection, written with a deadline.
#pragma once

#include <span>

#include "display/led_board.hpp"

namespace menshen::display {

class Link {
  public:
    explicit Link(std::variant<Serial, Tcp> where) : where_(std::move(where)) {}
    ~Link() { close(); }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    /// Opens or connects where needed, throws away what the board said, writes it all within half a second.
    [[nodiscard]] Status write(std::span<const std::uint8_t> bytes);
    void close();
    /// "/dev/ttyS1", "192.168.1.9:5000"
    [[nodiscard]] std::string name() const;

  private:
    [[nodiscard]] Status open();
    [[nodiscard]] Status open_serial(const Serial& serial);
    [[nodiscard]] Status open_tcp(const Tcp& tcp);
    /// Reads away; false if the other side hung up.
    [[nodiscard]] bool drain() const;

    std::variant<Serial, Tcp> where_;
    int fd_ = -1;
};

}  // namespace menshen::display
