// SAFETY: the barrier's own controller and wiring protect people; this machine is a check on top (see lane.hpp).
#include <algorithm>
#include <utility>

#include "machine.hpp"

namespace menshen::lane {

namespace {

/// What the lane does not have is unknown, whatever the board says there.
Sensors heeded(const Config& c, Sensors s) {
    if (!c.has_approach) s.approach = Level::unknown;
    if (!c.has_under) s.under = Level::unknown;
    if (!c.has_photocell) s.photocell = Level::unknown;
    if (!c.has_arm) s.arm = Arm::unknown;
    return s;
}

/// A board that has answered knows something; a poll that timed out knows nothing.
bool was_read(const Config& c, const Sensors& s) {
    const bool has_none = !c.has_approach && !c.has_under && !c.has_photocell && !c.has_arm;
    return has_none || s.approach != Level::unknown || s.under != Level::unknown || s.photocell != Level::unknown ||
           s.arm != Arm::unknown || s.fire != Contact::quiet;
}

}  // namespace

void Machine::arm(Timer timer, Duration after) {
    s.timers[static_cast<std::size_t>(timer)] = now_ + std::max<Duration>(after, milliseconds(1));
}

void Machine::enter(Phase phase) {
    for (const Timer t : {Timer::grant, Timer::intent_slow, Timer::intent_given_up, Timer::arm_up, Timer::passage,
                          Timer::clear, Timer::arm_down, Timer::reopen})
        disarm(t);
    s.phase = phase;
    s.since = now_;
    s.closed_once = false;
}

void Machine::raise(Fault fault) {
    if (has(fault)) return;
    s.faults.set(static_cast<std::size_t>(fault));
    emit(RaiseFault{fault});
}

void Machine::clear(Fault fault) {
    if (!has(fault)) return;
    s.faults.reset(static_cast<std::size_t>(fault));
    emit(ClearFault{fault});
}

void Machine::on(const Sensed& in) {
    if (s.phase == Phase::offline) {  // not a reading we may act on; a fire is remembered all the same
        s.fire_latched = s.fire_latched || in.sensors.fire == Contact::fire;
        return;
    }
    const Sensors before = std::exchange(s.sensors, heeded(c, in.sensors));
    approach_before_ = before.approach;
    if (s.phase == Phase::booting) {
        if (was_read(c, s.sensors)) first_reading();
        return;
    }
    watch_fire();
    watch_approach(before.approach);
    watch_photocell(before.photocell);
    watch_arm();
    watch_under();
    settle();
}

/// What the sensors and the queue allow the phase to do, once everything has been seen.
void Machine::settle() {
    if (s.phase == Phase::waiting) settle_waiting();
    if (s.phase == Phase::opening) settle_opening();
    if (s.phase == Phase::open) settle_open();
    if (s.phase == Phase::closing) settle_closing();
    if (s.phase == Phase::held || s.phase == Phase::fire) keep_open();
}

/// What belongs to a car goes with it, so that equal situations are equal states.
void Machine::tidy() {
    const bool opening = s.phase == Phase::opening || s.phase == Phase::open || s.phase == Phase::passing;
    if (!opening) s.acknowledged = s.unanswered = s.ended = s.up_before = s.approach_seen = false;
    if (!s.current) s.intent_durable = false;
    if (s.under == Under::nobody) s.photocell_saw = false;
}

void Machine::take(const Input& input) {
    std::visit([this](const auto& in) { on(in); }, input);
}

void Machine::run_due_timers() {
    // What a timer arms anew is later than now, so this ends; a queue that moves up may bring a due timer to a lower
    // index.
    const auto due = [this](Instant at) { return at <= now_; };
    for (auto it = s.timers.begin(); (it = std::find_if(s.timers.begin(), s.timers.end(), due)) != s.timers.end();) {
        *it = never;
        fire_timer(static_cast<Timer>(it - s.timers.begin()));
    }
}

void Machine::fire_timer(Timer timer) {
    switch (timer) {
        case Timer::grant:
            interrupt("expired");
            return next();
        case Timer::queued_second:
            return drop(pop_queue(1), "expired");
        case Timer::queued_first:
            return drop(pop_queue(0), "expired");
        case Timer::intent_slow:
            raise(Fault::slow_storage);
            if (s.current->guard) open_now();
            return;
        case Timer::intent_given_up:
            interrupt("slow_storage");
            return next();
        case Timer::arm_up:
            return opening_overdue();
        case Timer::passage:
            return nobody_came();
        case Timer::clear:
            return close_if_clear();
        case Timer::arm_down:
            return arm_down_overdue();
        case Timer::reopen:
            if (s.sensors.arm == Arm::down) raise(Fault::arm_not_up);
            return keep_open();
        case Timer::between_loops:
            return left_approach();
        case Timer::rest:
            s.reopened = 0;
            s.explained = s.explained && c.has_arm;
            return;
        case Timer::approach_stuck:
            raise(Fault::approach_stuck);
            return settle();
        case Timer::under_stuck:
            raise(Fault::under_stuck);
            s.under = Under::ignored;
            s.passing.reset();
            if (s.phase == Phase::passing) conclude();
            return settle();
        case Timer::photocell_blind:
            return raise(Fault::photocell_blind);
    }
}

Step step(const Config& config, State state, const Input& input, Instant now) {
    Step result{std::move(state), {}, std::nullopt};
    Machine machine(config, result.state, result.effects, now);
    machine.run_due_timers();
    machine.take(input);
    machine.tidy();
    const Instant due = *std::min_element(result.state.timers.begin(), result.state.timers.end());
    if (due != never) result.deadline = due;
    return result;
}

}  // namespace menshen::lane
