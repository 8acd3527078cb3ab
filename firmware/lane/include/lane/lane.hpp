// One vehicle lane as a pure state machine: step(config, state, input, now) → state, effects, next deadline.
//
// SAFETY. The barrier's own controller and its wiring keep people and cars from being crushed. This machine adds a
// check on top and nothing more: it never asks for a closing while a loop or the photocell is occupied or unknown
// (invariant 12), but no promise of it replaces a wired safety edge, loop or photocell.
//
// What a lane can prove depends on what it has. Without a loop under the arm no Passage is ever emitted. With neither
// that loop nor arm switches an acknowledged opening ends as Outcome::commanded, for nothing can see it. Without an
// approach loop a wrong-way car cannot be told from a right one and a grant opens with no car in front. Two cars so
// close that the loop under the arm never clears between them count as one.
//
// The order of an opening:  Grant → (a car on the approach loop) → CommitIntent → IntentDurable → Open →
// Opened/OpenFailed → loops carry the car through → Passage. One authorisation opens at most once (15); each
// CommitIntent that became durable is answered by exactly one Ended (8). For a guard on a slow disk Open and Ended may
// come before IntentDurable: the journal keeps their order and writes them when it can.
//
// What wins: fire > stop > lockdown > hold (fleet) > normal.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
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
    bool has_arm = false;  // up and/or down switches are wired to inputs
    CloseBy close = CloseBy::barrier;
    FireAction fire = FireAction::pulse;
    Duration grant_waits = seconds(30);        // for a car on the approach loop, then the grant expires
    Duration open_within = seconds(3);         // deadline of the open command; the board's write must end before it
    Duration arm_moves = seconds(8);           // longest time for the arm to be up after the command
    Duration passage_within = seconds(60);     // an opening nobody uses: passage is given up, menshen closes if it may
    Duration clear_before_close = seconds(2);  // close = menshen: every sensor clear for this long
    Duration between_loops = seconds(3);       // longest way from leaving the approach loop to the loop under the arm
    Duration loop_stuck = seconds(600);        // occupied for longer: fault
    Duration photocell_blind = seconds(120);
    Duration intent_slow = milliseconds(500);  // → fault slow_storage
    Duration intent_given_up = seconds(3);     // → the car goes to the guard; his own opening waits intent_slow only
    // The approach loop lies so far out that a waiting car is clear of the arm's swing: then it does not keep a lane
    // with close = menshen open. false is the safe side; true keeps an unlisted car from being let in by waiting there.
    bool close_past_approach = false;
};

/// Leave to open once. Guard openings are authorisations too (by = the guard's name).
struct Authorisation {
    AuthorisationId id = 0;  // rising: a lane drops a Grant whose id is not above all it has had ("replayed", I15)
    ArrivalId arrival = 0;   // 0: no car known (guard opening)
    std::string plate;
    std::string by = "menshen";
    bool guard = false;  // needs no car on the approach loop; kept in memory when the disk fails (rule 2)
    friend bool operator==(const Authorisation&, const Authorisation&) = default;
};

// ---- inputs
struct Sensed {
    Sensors sensors;
};
struct Grant {
    Authorisation authorisation;
};
struct Withdraw {
    AuthorisationId id = 0;
};  // revoked, or the gate decided otherwise meanwhile
struct IntentDurable {
    AuthorisationId id = 0;
};
struct IntentFailed {
    AuthorisationId id = 0;
};
struct CommandDone {  // the board's answer to Open
    AuthorisationId id = 0;
    enum class How { acknowledged, refused, timed_out } how = How::acknowledged;  // timed_out: it may still execute
};
struct GuardClose {};
struct GuardStop {};  // arm stays where it is; queue is emptied; until GuardOpen/GuardClose/next grant
struct GuardHold {
    bool on = false;
};  // hold open / release (fleet mode, events)
struct Lockdown {
    bool on = false;
};
struct FireReset {};  // by a guard; only once the contact is quiet
struct BusDown {};
struct BusUp {};  // connected again; state must be read before any output
struct Tick {};
using Input = std::variant<Sensed, Grant, Withdraw, IntentDurable, IntentFailed, CommandDone, GuardClose, GuardStop,
                           GuardHold, Lockdown, FireReset, BusDown, BusUp, Tick>;

// ---- effects, in the order they must be carried out
struct CommitIntent {
    Authorisation authorisation;
};
struct Open {
    AuthorisationId id = 0;
    Instant deadline{};
};  // id 0: fire, hold
struct Close {
    Instant deadline{};
};  // only with close = menshen or by a guard, never on presence
struct Stop {};
struct FireHold {
    bool on = false;
};  // fire = hold-coil
struct Ended {
    AuthorisationId id = 0;
    Outcome outcome = Outcome::unknown;
    std::string detail;
};  // the intent's outcome
/// A grant that will not open: tell the guard. why: queue_full, expired, withdrawn, replayed, slow_storage,
/// storage_failed, approach_stuck, lockdown, fire, held, stopped, closed, bus_down, booting, passed (under an arm that
/// was still up). If its intent was already under way, Ended not_opened follows when that turns durable.
struct Dropped {
    Authorisation authorisation;
    std::string why;
};
/// A guard's touch that was not carried out. action: close, stop, hold, fire_reset. why: "under occupied", "photocell
/// unknown", "photocell_blind", "nothing watches under the arm", "fire", "fire contact not quiet", "lockdown",
/// "bus_down", "booting".
struct Refused {
    std::string action;
    std::string why;
};
struct Passage {
    AuthorisationId id = 0;
    ArrivalId arrival = 0;
    std::string plate;
};  // loops saw one car go through; id 0: unauthorised
/// wrong_way: a car came under an arm that we had opened, and not from the approach loop. It is no Passage.
/// welded_relay: twice running the arm rose by itself within arm_moves of coming down. The lane serves on; grants still
/// need their intent. Said once, until the arm has stayed down for arm_moves. (A relay that never lets go:
/// arm_not_down.)
enum class AlarmKind { tailgate, opened_externally, backed_out, queue_full, welded_relay, wrong_way };
struct Alarm {
    AlarmKind kind{};
    AuthorisationId after = 0;
};
/// What the lane does meanwhile. bus_down: nothing; all that was granted is dropped. approach_stuck: the loop proves no
/// car any more, so only guards open. under_stuck: cars are served, no Passage is proved, menshen does not close.
/// photocell_blind (occupied too long, or three cars under the arm that it did not see): menshen does not close, nor
/// for a guard, until it has been seen to change. arm_not_up, arm_not_down: served on, the guard looks. slow_storage: a
/// second unanswered intent sends cars to the guard at once. fire_contact: broken wire, taken for neither fire nor
/// quiet.
enum class Fault {
    bus_down,
    approach_stuck,
    under_stuck,
    photocell_blind,
    arm_not_up,
    arm_not_down,
    slow_storage,
    fire_contact
};
struct RaiseFault {
    Fault fault{};
};
struct ClearFault {
    Fault fault{};
};
using Effect = std::variant<CommitIntent, Open, Close, Stop, FireHold, Ended, Dropped, Passage, Alarm, RaiseFault,
                            ClearFault, Refused>;

enum class Phase {
    booting,    // no output until the board's state was read
    idle,       // arm down or unknown, nobody authorised
    waiting,    // a grant waits for its car on the approach loop
    recording,  // CommitIntent sent, not yet durable
    opening,    // Open sent, arm not seen up yet
    open,       // arm up (or taken as up), car not yet under it
    passing,    // a car is under the arm
    closing,    // car gone; the arm comes down, by the barrier or by us
    held,       // held open by a guard or fleet mode
    stopped,    // by a guard
    fire,       // latched until FireReset
    offline,    // the bus is down
};

inline constexpr std::size_t max_queue = 2;  // grants behind the one being served, in the order of cars

inline constexpr std::size_t max_owed =
    2;  // intents given up and not yet answered by the journal; more → guard at once
inline constexpr std::size_t fault_count = 8;
inline constexpr int blind_passes = 3;  // cars under the arm that the photocell did not see

/// All that can make the machine move by itself. Held as due times, so that the state is finite but for these.
enum class Timer : std::uint8_t {
    grant,            // waiting: the grant expires
    queued_first,     // the same for queue[0] and
    queued_second,    // queue[1]
    intent_slow,      // recording: fault slow_storage; a guard's grant opens
    intent_given_up,  // recording: to the guard
    arm_up,           // opening: the arm should be up by now
    passage,          // open: nobody came
    clear,            // closing by menshen: clear for long enough
    arm_down,         // closing: the arm should be down by now
    reopen,           // held, fire: next look whether the arm is still up
    between_loops,    // the approach loop cleared; the car should reach the loop under the arm
    rest,             // the arm has just come down by itself or by us: rising again before this is a welded relay
    approach_stuck,
    under_stuck,
    photocell_blind,
};
inline constexpr std::size_t timer_count = 15;
inline constexpr Instant never = Instant::max();

/// Who is over the loop under the arm.
enum class Under : std::uint8_t {
    nobody,
    authorised,  // the car of State::passing
    stranger,    // right direction, nobody's grant
    wrong_way,   // not from the approach loop
    ignored,     // was there when the board was first read, or the loop is stuck: proves nothing
};

/// An intent that was given up before the journal answered: its late IntentDurable is answered by Ended not_opened.
struct Owed {
    AuthorisationId id = 0;
    std::string why;
    friend bool operator==(const Owed&, const Owed&) = default;
};

constexpr std::array<Instant, timer_count> no_timers() {
    std::array<Instant, timer_count> all{};
    all.fill(never);
    return all;
}

/// A value: copyable, comparable. Everything that step() needs to know.
struct State {
    Phase phase = Phase::booting;
    Sensors sensors;                       // as last read; what the lane does not have is unknown
    Instant since{};                       // of the phase; for people, no rule looks at it
    std::optional<Authorisation> current;  // being served: waiting, recording, opening, open, passing
    std::vector<Authorisation> queue;      // ≤ max_queue, guards' before others, else in the order of cars
    bool intent_durable = false;           // of current
    bool acknowledged = false;             // opening, open: the board took current's Open
    bool unanswered = false;               // opening: the board did not answer; the pulse may still come
    bool ended = false;                    // current's Ended is out
    bool up_before = false;                // arm was up when current's Open went out, so "up" proves nothing by itself
    bool approach_seen = false;            // since current's Open a car was on the approach loop: it can back out
    std::optional<Authorisation> passing;  // the car over the loop under the arm, when it is authorised
    Under under = Under::nobody;
    AuthorisationId last_opened = 0;  // its arm is not known down again: who comes now tailgates it. 0 = none
    AuthorisationId newest = 0;       // highest id ever granted here (I15)
    std::vector<Owed> owed;           // ≤ max_owed
    std::bitset<fault_count> faults;  // raised and not cleared, by Fault
    bool lockdown = false;            // survives every phase
    bool fire_latched = false;        // survives a lost bus: the action is taken again once the board is read
    bool closed_once = false;         // closing: our Close went out; no second one before somebody was in the way
    bool arm_rest = false;            // arm seen down since it last was up by our doing: up now = opened_externally
    bool explained = false;           // the arm is up for a reason already told (alarm, boot, hold, fire)
    int reopened = 0;                 // times running that the arm rose by itself right after coming down; ≤ 2
    bool photocell_saw = false;       // the photocell saw the car that is under the arm
    int unseen = 0;                   // cars running that it did not see; ≤ blind_passes
    std::array<Instant, timer_count> timers = no_timers();
    friend bool operator==(const State&, const State&) = default;
};

struct Step {
    State state;
    std::vector<Effect> effects;
    std::optional<Instant> deadline;  // call with Tick then at the latest; earlier or repeated Ticks change nothing
};

/// Total: every input is answered in every phase. `now` never falls. Timers that are due run before the input, so a
/// late Tick changes nothing in the order of things. Durations below 1 ms count as 1 ms. No thread, no clock, no I/O;
/// throws nothing but bad_alloc.
[[nodiscard]] Step step(const Config& config, State state, const Input& input, Instant now);

/// True if a closing may be asked for: every sensor the lane has is clear and known (invariant 12), and something
/// watches the space under the arm (a loop there or a photocell): a lane with neither never closes. step() asks for
/// more: neither under_stuck nor photocell_blind may be raised.
[[nodiscard]] bool may_close(const Config& config, const Sensors& sensors);

/// The transition table for people, made from step() itself: `menshen-gate --lane-table`.
[[nodiscard]] std::string transition_table();

[[nodiscard]] std::string_view to_string(Phase phase);
[[nodiscard]] std::string_view to_string(Fault fault);
[[nodiscard]] std::string_view to_string(AlarmKind kind);

}  // namespace menshen::lane
