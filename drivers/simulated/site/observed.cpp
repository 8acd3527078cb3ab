#include "director/observed.hpp"

#include <algorithm>
#include <set>

namespace menshen::director {
namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

std::int64_t number_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return 0;
    boost::system::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    return error ? 0 : number;
}

bool flag_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

const json::object& object_of(const json::object& object, std::string_view key) {
    static const json::object empty;
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_object() ? value->get_object() : empty;
}

void Observed::take_journal(const json::object& line) {
    const auto& event = object_of(line, "event");
    Journalled entry;
    entry.sequence = static_cast<std::uint64_t>(number_of(event, "sequence"));
    entry.kind = text_of(event, "kind");
    entry.arrival = static_cast<std::uint64_t>(number_of(event, "arrival"));
    entry.body = object_of(event, "body");
    if (entry.sequence <= last_) return;  // a follower that reconnects may hear one twice
    last_ = entry.sequence;
    const auto lane = text_of(event, "lane");
    lanes_[lane].journal.push_back(entry);
    if (on_journal) on_journal(lane, entry);
    changed.notify();
}

void Observed::take_barrier(const std::string& lane, const json::object& line) {
    auto& log = lanes_[lane];
    const auto what = text_of(line, "event");
    const auto car = text_of(line, "id");
    std::string detail = what;
    if (what == "pulse" && text_of(line, "what") == "open") log.pulses.push_back(number_of(line, "t"));
    if (what == "approach" && flag_of(line, "occupied")) log.approached.push_back(number_of(line, "t"));
    if (what == "passed") log.passed.push_back(car);
    if (what == "car_left") log.left.push_back(car);
    if (what == "arm") detail = "arm " + (log.arm = text_of(line, "arm"));
    if (on_barrier) on_barrier(lane, detail, car);
    changed.notify();
}

void Observed::take_camera(const std::string& lane, const json::object& line) {
    if (text_of(line, "event") == "gone") lanes_[lane].gone.push_back(text_of(line, "id"));
    changed.notify();
}

Mark mark(const LaneLog& log) {
    return {log.journal.size(), log.pulses.size(), log.passed.size()};
}

namespace {

void take_decision(const Journalled& entry, Row& row, std::int64_t& completed) {
    const auto& decision = object_of(entry.body, "decision");
    row.read = text_of(decision, "plate");
    row.verdict = text_of(decision, "verdict");
    row.reason = text_of(decision, "reason");
    const auto& claim = object_of(object_of(entry.body, "input"), "claim");
    completed = number_of(claim, "last_seen");
    if (!row.read.empty()) return;
    const auto* candidates = claim.if_contains("candidates");  // what was read, though nothing was decided on it
    if (candidates == nullptr || !candidates->is_array() || candidates->get_array().empty()) return;
    const auto& best = candidates->get_array().front();
    if (best.is_object()) row.read = text_of(best.get_object(), "plate");
}

/// What the opening waited for last: the frame that completed the claim, or the car's coming to where it may open.
std::int64_t awaited(const LaneLog& log, std::int64_t completed, std::int64_t pulse) {
    for (const auto t : log.approached) {
        if (t <= pulse) completed = std::max(completed, t);
    }
    return completed;
}

}  // namespace

Row row_since(const LaneLog& log, const Mark& from) {
    Row row;
    std::uint64_t arrival = 0;
    std::int64_t completed = 0;
    std::set<std::uint64_t> before;  // a car of an earlier step may still be looked at
    for (std::size_t i = 0; i < from.journal; ++i) before.insert(log.journal[i].arrival);
    for (std::size_t i = from.journal; i < log.journal.size(); ++i) {
        const auto& entry = log.journal[i];
        // a car that nobody could read in time, and that the camera read after all, is still the same car
        const bool again = arrival == 0 || arrival == entry.arrival || row.reason == "unreadable";
        if (entry.kind == "decision" && again && !before.contains(entry.arrival)) {
            arrival = entry.arrival;
            take_decision(entry, row, completed);
        }
        if (entry.kind == "outcome" && entry.arrival == arrival) row.outcome = text_of(entry.body, "outcome");
        if (entry.kind == "tailgate" || entry.kind == "opened_externally") row.alarms.push_back(entry.kind);
        if (entry.kind == "alarm") row.alarms.push_back(text_of(entry.body, "alarm"));
        if (entry.kind == "fault_raised") row.raised.push_back(text_of(entry.body, "fault"));
        if (entry.kind == "fault_cleared") row.cleared.push_back(text_of(entry.body, "fault"));
    }
    row.pulses = static_cast<int>(log.pulses.size() - from.pulses);
    row.passed = static_cast<int>(log.passed.size() - from.passed);
    row.closed = log.arm == "down";
    if (row.pulses > 0 && completed > 0) {
        const auto pulse = log.pulses[from.pulses];
        row.relay_ms = static_cast<double>(pulse - awaited(log, completed, pulse)) / 1e6;
    }
    return row;
}

}  // namespace menshen::director
