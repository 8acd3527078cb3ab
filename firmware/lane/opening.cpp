// From a grant to the car that went through.
#include <algorithm>
#include <utility>

#include "machine.hpp"

namespace menshen::lane {

namespace {

constexpr std::array queue_timers{Timer::queued_first, Timer::queued_second};
static_assert(queue_timers.size() == max_queue);

}  // namespace

// ---- grants and their queue

void Machine::on(const Grant& in) {
    const Authorisation& a = in.authorisation;
    if (a.id <= s.newest) return drop(a, "replayed");
    s.newest = a.id;
    if (s.phase == Phase::booting) return drop(a, "booting");
    if (s.phase == Phase::offline) return drop(a, "bus_down");
    if (s.phase == Phase::fire) return drop(a, "fire");
    if (s.phase == Phase::held) return drop(a, "held");
    if (!a.guard && s.lockdown) return drop(a, "lockdown");
    if (!a.guard && has(Fault::approach_stuck)) return drop(a, "approach_stuck");
    if (s.current) return enqueue(a);
    s.current = a;
    wait_for_car();
    settle();
}

void Machine::enqueue(const Authorisation& a) {
    if (s.queue.size() == max_queue) {
        emit(Alarm{AlarmKind::queue_full, s.current->id});
        const auto last = std::find_if(s.queue.rbegin(), s.queue.rend(), [](const auto& q) { return !q.guard; });
        if (!a.guard || last == s.queue.rend()) return drop(a, "queue_full");
        drop(pop_queue(static_cast<std::size_t>(s.queue.rend() - last) - 1), "queue_full");
    }
    const auto at =
        a.guard ? std::find_if(s.queue.begin(), s.queue.end(), [](const auto& q) { return !q.guard; }) : s.queue.end();
    const auto index = static_cast<std::size_t>(at - s.queue.begin());
    if (index < s.queue.size())  // the one that is overtaken keeps its time
        s.timers[static_cast<std::size_t>(queue_timers[1])] = s.timers[static_cast<std::size_t>(queue_timers[0])];
    s.queue.insert(at, a);
    arm(queue_timers[index], c.grant_waits + c.passage_within);       // the car before it may take that long
    if (a.guard && s.phase == Phase::waiting && !s.current->guard) {  // a guard needs no car and does not wait for one
        if (s.intent_durable) {
            interrupt("overtaken");
            return next();
        }
        std::swap(*s.current, s.queue.front());
        wait_for_car();
    }
    settle();
}

Authorisation Machine::pop_queue(std::size_t index) {
    Authorisation a = std::move(s.queue[index]);
    s.queue.erase(s.queue.begin() + static_cast<std::ptrdiff_t>(index));
    if (index == 0)
        s.timers[static_cast<std::size_t>(queue_timers[0])] = s.timers[static_cast<std::size_t>(queue_timers[1])];
    disarm(queue_timers[1]);
    return a;
}

void Machine::drop_queue(std::string_view why, bool guards_too) {
    for (std::size_t i = 0; i < s.queue.size();) {
        if (guards_too || !s.queue[i].guard)
            drop(pop_queue(i), why);
        else
            ++i;
    }
}

void Machine::on(const Withdraw& in) {
    for (std::size_t i = 0; i < s.queue.size(); ++i)
        if (s.queue[i].id == in.id) return drop(pop_queue(i), "withdrawn");
    const bool not_open_yet = s.phase == Phase::waiting || s.phase == Phase::recording;
    if (!not_open_yet || s.current->id != in.id) return;  // too late, or not ours
    interrupt("withdrawn");
    next();
}

// ---- waiting and recording

bool Machine::car_present() const {
    if (s.current->guard || !c.has_approach) return true;
    return s.sensors.approach == Level::occupied && !has(Fault::approach_stuck);
}

void Machine::wait_for_car() {
    enter(Phase::waiting);
    arm(Timer::grant, c.grant_waits);
    s.acknowledged = s.unanswered = s.ended = s.up_before = s.approach_seen = s.intent_durable = false;
}

void Machine::settle_waiting() {
    if (!s.current->guard && has(Fault::approach_stuck)) {
        interrupt("approach_stuck");
        return next();
    }
    if (!car_present()) return;
    if (s.intent_durable) return open_now();
    begin_recording();
}

void Machine::begin_recording() {
    const bool disk_is_dead = s.owed.size() == max_owed;
    if (disk_is_dead && !s.current->guard) {
        interrupt("slow_storage");
        return next();
    }
    emit(CommitIntent{*s.current});
    if (disk_is_dead) return open_now();
    enter(Phase::recording);
    arm(Timer::intent_slow, c.intent_slow);
    arm(Timer::intent_given_up, c.intent_given_up);
}

void Machine::on(const IntentDurable& in) {
    const auto owed = std::find_if(s.owed.begin(), s.owed.end(), [&](const Owed& o) { return o.id == in.id; });
    if (owed != s.owed.end()) {
        emit(Ended{in.id, Outcome::not_opened, owed->why});
        s.owed.erase(owed);
    } else if (s.current && s.current->id == in.id && !s.intent_durable && s.phase != Phase::waiting) {
        s.intent_durable = true;
        if (s.phase == Phase::recording) {
            if (car_present()) {
                open_now();
            } else {  // the car left while we wrote: it may come back within the grant's time
                enter(Phase::waiting);
                arm(Timer::grant, c.grant_waits);
                settle();
            }
        }
    }
    if (s.owed.empty()) clear(Fault::slow_storage);
}

void Machine::on(const IntentFailed& in) {
    const auto owed = std::find_if(s.owed.begin(), s.owed.end(), [&](const Owed& o) { return o.id == in.id; });
    if (owed != s.owed.end()) {
        s.owed.erase(owed);  // never durable: no outcome
        return;
    }
    if (s.phase != Phase::recording || s.current->id != in.id) return;
    raise(Fault::slow_storage);
    if (s.current->guard) return open_now();
    drop(*s.current, "storage_failed");
    s.current.reset();
    next();
}

// ---- the opening

void Machine::open_now() {
    enter(Phase::opening);
    s.up_before = s.sensors.arm == Arm::up;
    s.approach_seen = s.sensors.approach == Level::occupied;
    s.acknowledged = s.unanswered = s.ended = s.arm_rest = s.explained = false;
    disarm(Timer::rest);
    emit(Open{s.current->id, now_ + c.open_within});
    arm(Timer::arm_up, c.open_within + c.arm_moves);
}

void Machine::on(const CommandDone& in) {
    const bool expected = s.phase == Phase::opening && s.current->id == in.id && !s.acknowledged && !s.unanswered;
    if (!expected) return;
    if (in.how == CommandDone::How::refused) {
        end(Outcome::failed, "refused by the board");
        lose_leave(s.current->id);
        s.current.reset();
        return next();
    }
    s.acknowledged = in.how == CommandDone::How::acknowledged;
    s.unanswered = !s.acknowledged;
    arm(Timer::arm_up, c.arm_moves);
    settle();
}

void Machine::settle_opening() {
    if (c.has_arm) {
        if (s.sensors.arm != Arm::up || (s.up_before && !s.acknowledged)) return;
        end(Outcome::opened, "arm up");
        return become_open();
    }
    if (!s.acknowledged) return;
    if (!c.has_under) end(Outcome::commanded, "nothing here can see the arm");
    become_open();
}

/// The board's time and the motor's time are over.
void Machine::opening_overdue() {
    const bool shows_up = c.has_arm && s.sensors.arm == Arm::up;
    if (shows_up) end(Outcome::opened, "arm up, the board did not answer");
    if (s.acknowledged && !shows_up) raise(Fault::arm_not_up);
    const bool shows_down = c.has_arm && s.sensors.arm == Arm::down;
    const bool loops_may_tell = c.has_under && !shows_down && (s.acknowledged || current_is_under());
    if (shows_up || loops_may_tell) return become_open();
    end(Outcome::failed, s.acknowledged ? "arm not seen up" : "the board did not answer");
    lose_leave(s.current->id);
    conclude();
}

void Machine::become_open() {
    enter(Phase::open);
    const bool blind = !c.has_under && !c.has_approach && !c.has_arm;  // taken as done when the motor's time is over
    arm(Timer::passage, blind ? c.arm_moves : c.passage_within);
    settle_open();
}

void Machine::settle_open() {
    if (current_is_under()) return enter(Phase::passing);
    if (s.sensors.arm == Arm::down) {
        if (!s.ended) end(Outcome::failed, "arm not seen up");
        return conclude();
    }
    // A guard who asks again while the arm may be falling gets his opening at once.
    if (!s.queue.empty() && s.queue.front().guard && s.sensors.arm != Arm::up) return conclude();
    const bool left = s.approach_seen && s.sensors.approach == Level::clear && s.under == Under::nobody;
    if (left && !armed(Timer::between_loops)) arm(Timer::between_loops, c.between_loops);
}

void Machine::left_approach() {
    const bool still_left =
        s.phase == Phase::open && s.approach_seen && s.under == Under::nobody && s.sensors.approach == Level::clear;
    if (!still_left) return;
    if (c.has_under) emit(Alarm{AlarmKind::backed_out, s.current->id});
    conclude();  // without a loop under the arm: gone, we cannot say where
}

void Machine::nobody_came() {
    if (!s.ended && c.has_arm) end(Outcome::failed, "arm not seen up, no car went through");
    conclude();
}

// ---- endings

void Machine::end(Outcome outcome, std::string_view detail) {
    if (s.ended) return;
    s.ended = true;
    emit(Ended{s.current->id, outcome, std::string(detail)});
}

/// For an opening that something else cuts short before the arm was seen.
void Machine::end_as_observed(std::string_view detail) {
    end(s.acknowledged && !c.has_arm ? Outcome::commanded : Outcome::unknown, detail);
}

void Machine::drop(const Authorisation& a, std::string_view why) {
    emit(Dropped{a, std::string(why)});
    lose_leave(a.id);
}

/// Nothing opened for this car: if it is on the loop under the arm it stands there as a stranger.
void Machine::lose_leave(AuthorisationId id) {
    if (s.under != Under::authorised || s.passing->id != id) return;
    s.under = Under::stranger;
    s.passing.reset();
}

bool Machine::current_is_under() const {
    return s.under == Under::authorised && s.current && s.passing->id == s.current->id;
}

/// Takes the current authorisation away, whatever it has come to. The phase is the caller's business.
void Machine::interrupt(std::string_view why) {
    if (!s.current) return;
    const bool opened = s.phase == Phase::opening || s.phase == Phase::open || s.phase == Phase::passing;
    if (!opened) lose_leave(s.current->id);
    if (s.phase == Phase::recording) {
        s.owed.push_back({s.current->id, std::string(why)});
        drop(*s.current, why);
    } else if (s.phase == Phase::waiting && s.intent_durable) {
        end(Outcome::not_opened, why);
    } else if (s.phase == Phase::waiting) {
        drop(*s.current, why);
    } else {
        end_as_observed(why);
        s.last_opened = s.current->id;
    }
    s.current.reset();
}

/// The opening is over: used, or nobody used it.
void Machine::conclude() {
    end_as_observed("no car went through");
    s.last_opened = s.current->id;
    s.current.reset();
    next();
}

void Machine::next() {
    s.intent_durable = false;
    if (!s.queue.empty()) {
        s.current = pop_queue(0);
        wait_for_car();
        return settle_waiting();
    }
    if (s.last_opened != 0) return begin_closing();
    enter(Phase::idle);
}

}  // namespace menshen::lane
