// One vehicle lane as a pure state machine: step(config, state, input, now) → state, effects, next deadline.
//
// SAFETY. The barrier's own controller and its wiring keep people and cars from being crushed. This machine adds a check
// on top and nothing more: it never asks for a closing while a loop or the photocell is occupied or unknown
// (invariant 12), but no promise of it replaces a wired safety edge, loop or photocell.
//
// The order of an opening:  Grant → (a car on the approach loop) → CommitIntent → IntentDurable → Open → Opened/OpenFailed
// → loops carry the car through → Passage. One authorisation opens at most once (15); each CommitIntent that became
// durable is answered by exactly one Outcome (8).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "values/claim.hpp"
#include "values/event.hpp"
#include "values/sensors.hpp"
#include "values/time.hpp"

namespace menshen::lane {

enum class CloseBy { barrier, menshen };
enum class FireAction { none, pulse, hold_coil };

/// From the site file. What a lane does not have stays false and its sensor is ignored.
struct Config {
    LaneId id;
    bool has_approach = true;
    bool has_under = true;
    bool has_photocell = true;
    bool has_arm = false;               // up and/or down switches are wired to inputs
    CloseBy close = CloseBy::barrier;
    FireAction fire = FireAction::pulse;
    Duration grant_waits = seconds(30);       // for a car on the approach loop, then the grant expires
    Duration open_within = seconds(3);        // deadline of the open command; the board's write must end before it
    Duration arm_moves = seconds(8);          // longest time for the arm to be up after the command
    Duration passage_within = seconds(60);    // an opening nobody uses: passage is given up, menshen closes if it may
    Duration clear_before_close = seconds(2); // close = menshen: every sensor clear for this long
    Duration loop_stuck = seconds(600);       // occupied for longer: fault
    Duration photocell_blind = seconds(120);
    Duration intent_slow = milliseconds(500); // → fault slow_storage
    Duration intent_given_up = seconds(3);    // → the car goes to the guard
};

/// Leave to open once. Guard openings are authorisations too (by = the guard's name).
struct Authorisation {
    AuthorisationId id = 0;
    ArrivalId arrival = 0;   // 0: no car known (guard opening)
    std::string plate;
    std::string by = "menshen";
    bool guard = false;      // needs no car on the approach loop; kept in memory when the disk fails (rule 2)
    friend bool operator==(const Authorisation&, const Authorisation&) = default;
};

// ---- inputs
struct Sensed { Sensors sensors; };
struct Grant { Authorisation authorisation; };
struct Withdraw { AuthorisationId id = 0; };         // revoked, or the gate decided otherwise meanwhile
struct IntentDurable { AuthorisationId id = 0; };
struct IntentFailed { AuthorisationId id = 0; };
struct CommandDone {                                 // the board's answer to Open
    AuthorisationId id = 0;
    enum class How { acknowledged, refused, timed_out } how = How::acknowledged;  // timed_out: it may still execute
};
struct GuardClose {};
struct GuardStop {};                                 // arm stays where it is; queue is emptied; until GuardOpen/GuardClose/next grant
struct GuardHold { bool on = false; };               // hold open / release (fleet mode, events)
struct Lockdown { bool on = false; };
struct FireReset {};                                 // by a guard; only once the contact is quiet
struct BusDown {};
struct BusUp {};                                     // connected again; state must be read before any output
struct Tick {};
using Input = std::variant<Sensed, Grant, Withdraw, IntentDurable, IntentFailed, CommandDone, GuardClose, GuardStop,
                           GuardHold, Lockdown, FireReset, BusDown, BusUp, Tick>;

// ---- effects, in the order they must be carried out
struct CommitIntent { Authorisation authorisation; };
struct Open { AuthorisationId id = 0; Instant deadline{}; };  // id 0: fire, hold
struct Close { Instant deadline{}; };                          // only with close = menshen or by a guard, never on presence
struct Stop {};
struct FireHold { bool on = false; };                          // fire = hold-coil
struct Ended { AuthorisationId id = 0; Outcome outcome = Outcome::unknown; std::string detail; };  // the intent's outcome
struct Dropped { Authorisation authorisation; std::string why; };  // a grant that never became an intent: tell the guard
struct Passage { AuthorisationId id = 0; ArrivalId arrival = 0; std::string plate; };  // loops saw one car go through; id 0: unauthorised
enum class AlarmKind { tailgate, opened_externally, backed_out, queue_full, welded_relay };
struct Alarm { AlarmKind kind{}; AuthorisationId after = 0; };
enum class Fault { bus_down, approach_stuck, under_stuck, photocell_blind, arm_not_up, arm_not_down, slow_storage, fire_contact };
struct RaiseFault { Fault fault{}; };
struct ClearFault { Fault fault{}; };
using Effect = std::variant<CommitIntent, Open, Close, Stop, FireHold, Ended, Dropped, Passage, Alarm, RaiseFault, ClearFault>;

enum class Phase {
    booting,      // no output until the board's state was read
    idle,         // arm down or unknown, nobody authorised
    waiting,      // a grant waits for its car on the approach loop
    recording,    // CommitIntent sent, not yet durable
    opening,      // Open sent, arm not seen up yet
    open,         // arm up (or taken as up), car not yet under it
    passing,      // a car is under the arm
    closing,      // car gone; the arm comes down, by the barrier or by us
    held,         // held open by a guard or fleet mode
    stopped,      // by a guard
    fire,         // latched until FireReset
    offline,      // the bus is down
};

inline constexpr std::size_t max_queue = 2;  // grants behind the one being served, in the order of cars

/// A value: copyable, comparable, hashable by its JSON. Everything that step() needs to know.
struct State {
    Phase phase = Phase::booting;
    Sensors sensors;
    Instant since{};                          // of the phase
    std::optional<Authorisation> current;
    std::vector<Authorisation> queue;         // ≤ max_queue
    bool intent_durable = false;
    // … further fields as the machine needs; each with a comment that says why
    friend bool operator==(const State&, const State&) = default;
};

struct Step {
    State state;
    std::vector<Effect> effects;
    std::optional<Instant> deadline;  // call with Tick then at the latest
};

/// Total: every input is answered in every phase. Never throws.
[[nodiscard]] Step step(const Config& config, State state, const Input& input, Instant now);

/// True if a closing may be asked for: every sensor the lane has is clear and known (invariant 12).
[[nodiscard]] bool may_close(const Config& config, const Sensors& sensors);

/// The transition table for people, made from step() itself: `menshen-gate --lane-table`.
[[nodiscard]] std::string transition_table();

[[nodiscard]] std::string_view to_string(Phase phase);
[[nodiscard]] std::string_view to_string(Fault fault);
[[nodiscard]] std::string_view to_string(AlarmKind kind);

}  // namespace menshen::lane
