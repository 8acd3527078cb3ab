// The decision: a pure function of everything it may know. Denied until proved (ARCHITECTURE rule 1).
#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

#include "values/claim.hpp"
#include "values/decision.hpp"
#include "values/permit.hpp"
#include "values/time.hpp"

namespace menshen {

enum class Direction { in, out };

/// fire > lockdown > fleet > normal. Stop belongs to the lane.
enum class Mode { normal, fleet, lockdown, fire };

/// The lane's and site's rules, from the site file.
struct Policy {
    double grant_likelihood = 0.98;       // a candidate below this is `uncertain`; where the vote ends early, too
    bool look_alike_grant = false;        // G3; stays off until a model card with measured calibration enables it
    double look_alike_likelihood = 0.97;  // of the whole read, for G3
    bool soft_anti_passback = true;       // already inside → refer instead of ignoring
    Duration presence_expires = std::chrono::hours(24);  // older presence is doubt, not fact
    bool exit_open = true;                               // out opens for any car
    std::optional<int> zone_capacity;                    // cars; full → refer, except committee and emergency
    bool list_usable = true;                             // false: whitelist.db is set aside or unreadable
    friend bool operator==(const Policy&, const Policy&) = default;
};

/// What the journal's projection knows about one plate and its permit.
struct Presence {
    std::string plate;
    bool inside = false;
    std::optional<Duration> since;  // how long ago it went in or out
    int permit_inside = 0;          // other cars of the same permit inside now
    int permit_uses = 0;            // entries counted so far
    friend bool operator==(const Presence&, const Presence&) = default;
};

struct DecideInput {
    Claim claim;
    std::vector<Listing> listings;    // one for each candidate, same order; may hold further entries for look-alikes
    std::vector<Presence> presences;  // for the plates above that have any
    std::vector<Schedule> schedules;  // those that the permits name
    Calendar calendar;
    Mode mode = Mode::normal;
    Direction direction = Direction::in;
    std::string zone;            // the lane leads into (or out of) it
    std::string access_point{};  // the lane itself, by its id
    int zone_inside = 0;         // cars inside the zone now
    Policy policy;
    LocalTime local{};
    ClockState clock = ClockState::unset;
};

// What wins over what (ARCHITECTURE, "Decisions"):
//   in   a block on a plausible candidate (or on the best one) > fire > lockdown > fleet > the list.
//        Lockdown denies valid permits too; an emergency vehicle's is put before the guard (verdict refer, reason
//        lockdown). A block on a candidate that is hardly plausible keeps a car from being admitted by itself
//        (ambiguous).
//   out  hold > fire and fleet > official car without an order > open for any car, read or not, list or not.
//        A blocked car may leave; the guard is told (Notice::watchlist).
//   Two listed plates in question need a margin of 0.95, more than any policy asks of one.
//   A timed rule under an unset clock is for the guard; a block's own end then counts as not reached.
//   Of several permits of one plate the best outcome wins.

/// Deterministic, no side effect, bounded time: at most 8 candidates × 64 permits are looked at. Never throws.
[[nodiscard]] Decision decide(const DecideInput& input) noexcept;

/// True if `schedule` allows `local` on that day of the calendar.
[[nodiscard]] bool allows(const Schedule& schedule, const Calendar& calendar, LocalTime local);

/// For the event that every decision leaves, and for replay (MISSION R8).
[[nodiscard]] boost::json::value to_json(const DecideInput& input);
[[nodiscard]] Result<DecideInput> decide_input_from_json(const boost::json::value& value);

[[nodiscard]] std::string_view to_string(Mode mode);
[[nodiscard]] std::string_view to_string(Direction direction);

}  // namespace menshen
