// Everything that was seen: the gate's journal as it grows and the barrier twins' reports, a lane at a time.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "director/scenario.hpp"
#include "director/wait.hpp"

namespace menshen::director {

/// One event of the gate's journal.
struct Journalled {
    std::uint64_t sequence = 0;
    std::string kind;
    std::uint64_t arrival = 0;
    boost::json::object body;
};

struct LaneLog {
    std::vector<Journalled> journal;
    std::vector<std::int64_t> pulses;      // on the open relay, ns of CLOCK_BOOTTIME
    std::vector<std::int64_t> approached;  // moments when a car came onto the approach loop, same clock
    std::vector<std::string> passed;       // cars that drove through, by id
    std::vector<std::string> left;         // cars that are gone
    std::vector<std::string> gone;         // cars that left the camera's view
    std::string arm = "down";
};

class Observed {
  public:
    explicit Observed(boost::asio::any_io_executor loop) : changed(std::move(loop)) {}

    /// {"event":{"sequence",…}} from the admin socket.
    void take_journal(const boost::json::object& line);
    /// A line of a barrier twin that has one lane.
    void take_barrier(const std::string& lane, const boost::json::object& line);
    void take_camera(const std::string& lane, const boost::json::object& line);

    [[nodiscard]] const LaneLog& lane(const std::string& id) { return lanes_[id]; }
    /// The events that belong to no lane, and the highest sequence seen.
    [[nodiscard]] const std::vector<Journalled>& box() { return lanes_[""].journal; }
    [[nodiscard]] std::uint64_t last_sequence() const { return last_; }

    std::function<void(const std::string& lane, const Journalled&)> on_journal;
    std::function<void(const std::string& lane, const std::string& what, const std::string& car)> on_barrier;
    Signal changed;

  private:
    std::map<std::string, LaneLog> lanes_;
    std::uint64_t last_ = 0;
};

/// Where a step begins in a lane's log.
struct Mark {
    std::size_t journal = 0, pulses = 0, passed = 0;
};
[[nodiscard]] Mark mark(const LaneLog& log);

/// What the log says since the mark, as a row of the table. Only the last decision of the first arrival counts: the
/// gate may judge again when it knows better.
[[nodiscard]] Row row_since(const LaneLog& log, const Mark& from);

/// "plate", "holder" … of a JSON object; empty when it is missing or no text.
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view key);
[[nodiscard]] std::int64_t number_of(const boost::json::object& object, std::string_view key);
[[nodiscard]] bool flag_of(const boost::json::object& object, std::string_view key);
[[nodiscard]] const boost::json::object& object_of(const boost::json::object& object, std::string_view key);

}  // namespace menshen::director
