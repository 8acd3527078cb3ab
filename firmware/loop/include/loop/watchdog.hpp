// Tells systemd that the loop still turns (sd_notify's protocol: one datagram, no library needed).
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <string>

namespace menshen::loop {

class Watchdog {
  public:
    explicit Watchdog(boost::asio::any_io_executor loop);
    void ready();
    void stopping();

  private:
    void beat();
    static void notify(const std::string& message);
    boost::asio::steady_timer timer_;
    std::chrono::microseconds every_{0};  // half of what systemd asked for; 0 = it did not
};

}  // namespace menshen::loop
