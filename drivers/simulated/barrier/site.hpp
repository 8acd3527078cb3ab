// Board, lanes and faults of one twin, and the clock that moves them. One thread: that of the io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "board.hpp"
#include "config.hpp"
#include "faults.hpp"
#include "lane_model.hpp"

namespace menshen::twin {

class Site {
  public:
    Site(boost::asio::io_context& io, Config config);

    /// The board's answer to one request, with everything moved on to now.
    [[nodiscard]] Bytes request(std::span<const std::uint8_t> pdu);
    /// Moves cars, arms and pulses on to now.
    void advance();

    /// One command of the control port (see control.hpp), answered {"ok":true} or {"ok":false,"error":"…"}.
    [[nodiscard]] boost::json::object command(const boost::json::object& command);

    [[nodiscard]] const Config& config() const { return config_; }
    Faults faults;
    std::uint64_t foreign = 0;  // requests to other units
    /// Set by the servers: closes every connection; stops listening; listens again on the same port.
    std::vector<std::function<void()>> on_hang_up, on_dead, on_alive;
    std::function<void(const boost::json::object&)> on_event;

  private:
    void tick();
    void wire_inputs();
    void set_input(const std::optional<Wire>& wire, bool active);
    void tell(boost::json::object event);
    void relay_moved(int relay, bool on);
    [[nodiscard]] boost::json::object state();
    [[nodiscard]] std::string carry_out(const std::string& what, const boost::json::object& command);
    [[nodiscard]] std::string road(const std::string& what, const boost::json::object& command);
    [[nodiscard]] std::string wiring(const std::string& what, const boost::json::object& command);
    [[nodiscard]] std::string link(const std::string& what, const boost::json::object& command);

    Config config_;
    Board board_;
    std::vector<LaneModel> lanes_;
    std::array<std::optional<bool>, channels> stuck_{};
    Nanoseconds last_ = 0;
    std::uint64_t requests_ = 0;
    boost::asio::steady_timer timer_;
};

}  // namespace menshen::twin
