// A relay board to test against: a program that prints {"ready":true,"control":PORT,"modbus":PORT,"rtu":"…"} and then
// obeys one JSON object a line on its control port (drivers/simulated/barrier/control.hpp).
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "process.hpp"

namespace menshen::test {

class Peer {
  public:
    explicit Peer(const std::vector<std::string>& command);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// The answer; events that came meanwhile are kept. Fails the test if the peer refuses or says nothing for 5 s.
    boost::json::object ask(const boost::json::object& command);
    boost::json::object state() { return ask({{"do", "state"}}); }
    /// How often relay n was pulsed since the start.
    std::int64_t pulses(int relay);
    /// Waits up to `milliseconds` for the next event of that name.
    boost::json::object event(const std::string& name, int milliseconds);

    [[nodiscard]] std::uint16_t modbus() const { return modbus_; }
    [[nodiscard]] const std::string& rtu() const { return rtu_; }

  private:
    boost::json::object next_line(int milliseconds);
    Process process_;
    int control_ = -1;
    std::uint16_t modbus_ = 0;
    std::string rtu_;
    std::string buffer_;
    std::vector<boost::json::object> events_;
};

}  // namespace menshen::test
