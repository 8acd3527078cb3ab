// What the journal keeps. An event is never changed; its body is JSON so that a newer build's events stay readable.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "values/claim.hpp"
#include "values/time.hpp"

namespace menshen {

/// Stable keys; see to_string. The body's fields are named beside each.
enum class EventKind {
    boot,                // build, site
    decision,            // input (decide's complete input), decision; every claim gets one
    intent,              // authorisation, arrival, plate, reason, by ("menshen" or the guard's name)
    outcome,             // authorisation, outcome, detail, pictures [{name, sha256, bytes}]
    passage,             // authorisation, plate, direction, zone, permit, plate_width (pixels, on the approach loop)
    guard_action,        // action, guard, why
    opened_externally,   // lane only: hand button, remote control
    tailgate,            // authorisation of the car before
    alarm,               // alarm, detail
    fault_raised,        // fault, detail
    fault_cleared,       // fault
    mode_changed,        // mode, by
    list_changed,        // what, by, rows
    visitor_registered,  // plate, until, by
    pictures_dropped,    // count, bytes, why ("room", "missing"), sha256 [64 hex digits]: this gate has them no more
    guard_session,       // guard, action (login, refused, logout, expired, displaced, created), what: who was created
    evidence,  // pictures [{name, sha256, bytes}] of an arrival that no outcome binds: refused, referred, left
};

struct Event {
    std::uint64_t sequence = 0;  // given by the journal, contiguous
    UtcTime utc{};
    ClockState clock = ClockState::unset;
    LaneId lane;  // empty for the whole box
    EventKind kind = EventKind::alarm;
    ArrivalId arrival = 0;  // 0 = none
    AuthorisationId authorisation = 0;
    boost::json::object body;
};

/// How an intent ended (invariant 8).
enum class Outcome {
    opened,      // arm seen up, or loops saw the car through
    commanded,   // board acknowledged; this lane has nothing that can see the arm
    not_opened,  // withdrawn, expired or refused before the relay was written
    failed,      // the board refused or did not answer; the arm was not seen up
    unknown,     // crash between intent and outcome
};

[[nodiscard]] std::string_view to_string(EventKind kind);
[[nodiscard]] Result<EventKind> event_kind_from(std::string_view text);
[[nodiscard]] std::string_view to_string(Outcome outcome);

}  // namespace menshen
