// What the loops, the photocell and the arm tell: who went through, and what can no longer be believed.
#include <algorithm>
#include <utility>

#include "machine.hpp"

namespace menshen::lane {

std::string why_not_close(const Config& c, const Sensors& s) {
    if (!c.has_under && !c.has_photocell) return "nothing watches under the arm";
    const auto judge = [](std::string_view name, Level level) {
        return level == Level::clear ? std::string() : std::string(name) + " " + std::string(to_string(level));
    };
    std::string why;
    if (c.has_under) why = judge("under", s.under);
    if (why.empty() && c.has_photocell) why = judge("photocell", s.photocell);
    if (why.empty() && c.has_approach && !c.close_past_approach) why = judge("approach", s.approach);
    return why;
}

bool may_close(const Config& config, const Sensors& sensors) {
    return why_not_close(config, sensors).empty();
}

/// After boot and after every loss of the bus. What stands there now has a history that we do not know.
void Machine::first_reading() {
    enter(Phase::idle);
    s.arm_rest = false;
    s.explained = c.has_arm && s.sensors.arm != Arm::down;
    s.reopened = 0;
    s.under = Under::nobody;
    if (s.sensors.under == Level::occupied) {
        s.under = Under::ignored;
        arm(Timer::under_stuck, c.loop_stuck);
    }
    watch_approach(Level::unknown);
    watch_photocell(Level::unknown);
    watch_arm();
    watch_under();
    if (s.fire_latched) enter_fire();
    watch_fire();
}

void Machine::watch_fire() {
    if (s.sensors.fire == Contact::fault)
        raise(Fault::fire_contact);
    else
        clear(Fault::fire_contact);
    if (s.sensors.fire == Contact::fire && s.phase != Phase::fire) enter_fire();
}

void Machine::watch_approach(Level before) {
    if (s.sensors.approach != Level::occupied) {
        disarm(Timer::approach_stuck);
        if (s.sensors.approach == Level::clear) clear(Fault::approach_stuck);
        if (before == Level::occupied && s.sensors.approach == Level::clear) arm(Timer::between_loops, c.between_loops);
        return;
    }
    s.approach_seen = s.approach_seen || s.phase == Phase::opening || s.phase == Phase::open;
    disarm(Timer::between_loops);
    if (before != Level::occupied && !has(Fault::approach_stuck)) arm(Timer::approach_stuck, c.loop_stuck);
}

void Machine::watch_photocell(Level before) {
    if (s.sensors.photocell != Level::occupied) {
        disarm(Timer::photocell_blind);
        if (before == Level::occupied && s.sensors.photocell == Level::clear) clear(Fault::photocell_blind);
        return;
    }
    s.photocell_saw = true;
    s.unseen = 0;
    if (before != Level::occupied) arm(Timer::photocell_blind, c.photocell_blind);
}

// ---- the arm

void Machine::watch_arm() {
    if (s.sensors.arm == Arm::down) arm_is_down();
    if (s.sensors.arm == Arm::up) arm_is_up();
}

void Machine::arm_is_down() {
    clear(Fault::arm_not_down);
    const bool rising_or_ours = s.phase == Phase::opening || s.phase == Phase::open || s.phase == Phase::passing ||
                                s.phase == Phase::held || s.phase == Phase::fire;
    if (rising_or_ours) return;
    s.last_opened = 0;
    s.explained = false;
    if (s.arm_rest) return;
    s.arm_rest = true;
    arm(Timer::rest, c.arm_moves);
}

void Machine::arm_is_up() {
    clear(Fault::arm_not_up);
    if (!s.arm_rest) return;
    s.arm_rest = false;
    opened_by_itself();
}

void Machine::opened_by_itself() {
    s.explained = true;
    emit(Alarm{AlarmKind::opened_externally, 0});
    const bool right_after_closing = armed(Timer::rest);
    disarm(Timer::rest);
    if (!right_after_closing || s.reopened == 2) return;
    if (++s.reopened == 2) emit(Alarm{AlarmKind::welded_relay, 0});
}

/// An arm that we raised may still be up.
bool Machine::ours_is_up() const {
    const bool serving = s.phase == Phase::opening || s.phase == Phase::open;
    return (serving || s.last_opened != 0) && s.sensors.arm != Arm::down;
}

// ---- the loop under the arm

void Machine::watch_under() {
    if (s.sensors.under == Level::occupied && s.under == Under::nobody) under_rises(approach_before_);
    if (s.sensors.under != Level::clear) return;
    disarm(Timer::under_stuck);
    clear(Fault::under_stuck);
    if (s.under != Under::nobody) under_clears();
}

void Machine::under_rises(Level approach_before) {
    arm(Timer::under_stuck, c.loop_stuck);
    s.photocell_saw = s.sensors.photocell == Level::occupied;
    // From the approach loop: on it, on it until just now, or we cannot tell.
    const bool right_way = s.sensors.approach != Level::clear || approach_before == Level::occupied ||
                           armed(Timer::between_loops) || !c.has_approach;
    if (!right_way) {
        s.under = Under::wrong_way;
    } else if (s.current) {
        s.under = Under::authorised;
        s.passing = s.current;
    } else {
        s.under = Under::stranger;
    }
}

void Machine::under_clears() {
    const Under who = std::exchange(s.under, Under::nobody);
    if (who == Under::authorised) authorised_through();
    if (who == Under::stranger) stranger_through();
    const bool told_already = s.phase == Phase::held || s.phase == Phase::fire || s.explained;
    if (who == Under::wrong_way && ours_is_up() && !told_already)
        emit(Alarm{AlarmKind::wrong_way, s.current ? s.current->id : s.last_opened});
    s.passing.reset();
}

/// A car with a grant left the loop: through, or back.
void Machine::authorised_through() {
    const Authorisation car = *s.passing;
    const bool is_current = s.current && s.current->id == car.id;
    const bool at_arm = is_current && (s.phase == Phase::passing || s.phase == Phase::open);
    const bool arm_lets = c.has_arm ? s.sensors.arm != Arm::down : s.last_opened != 0 || s.acknowledged || s.unanswered;
    if (!at_arm && !arm_lets) return;  // it crept onto the loop before a closed arm and back
    photocell_missed();
    emit(Passage{car.id, car.arrival, car.plate});
    if (!is_current) return;
    if (s.phase == Phase::waiting || s.phase == Phase::recording) {  // behind the car before it, the arm still up
        interrupt("passed");
        return next();
    }
    end(Outcome::opened, "loops saw the car through");
    conclude();
}

void Machine::stranger_through() {
    const bool behind_closed_arm = s.sensors.arm == Arm::down && s.phase != Phase::held && s.phase != Phase::fire;
    // Something crept onto the loop before a closed arm and back. A broken arm reads "down" too: then the car is gone
    // from the approach loop as well.
    if (behind_closed_arm && !(c.has_approach && s.sensors.approach == Level::clear)) return;
    photocell_missed();
    emit(Passage{});
    if (s.phase == Phase::held || s.phase == Phase::fire) {
        const bool barrier_may_close_now = !c.has_arm && (s.phase == Phase::held || c.fire == FireAction::pulse);
        if (barrier_may_close_now) pulse();
        return;
    }
    if (ours_is_up()) return emit(Alarm{AlarmKind::tailgate, s.last_opened});
    if (s.explained) return;
    s.explained = true;
    emit(Alarm{AlarmKind::opened_externally, 0});
    if (!c.has_arm) arm(Timer::rest, c.arm_moves);  // who comes after that is another opening
}

void Machine::photocell_missed() {
    if (!c.has_photocell || s.photocell_saw || s.sensors.photocell != Level::clear || s.unseen == blind_passes) return;
    if (++s.unseen == blind_passes) raise(Fault::photocell_blind);
}

// ---- the closing

bool Machine::in_the_way() const {
    if (!closes()) return s.sensors.under == Level::occupied || s.sensors.photocell == Level::occupied;
    return !may_close(c, s.sensors) || has(Fault::under_stuck) || has(Fault::photocell_blind);
}

void Machine::begin_closing() {
    enter(Phase::closing);
    if (s.sensors.arm == Arm::down) arm_is_down();
    if (!closes()) arm(Timer::arm_down, c.has_arm ? c.passage_within : c.arm_moves);
    settle_closing();
}

void Machine::settle_closing() {
    if (s.sensors.arm == Arm::down) return enter(Phase::idle);
    if (!in_the_way()) {
        if (closes() && !s.closed_once && !armed(Timer::clear)) arm(Timer::clear, c.clear_before_close);
        return;
    }
    s.closed_once = false;
    disarm(Timer::clear);
    disarm(Timer::arm_down);
    if (!closes()) arm(Timer::arm_down, c.has_arm ? c.passage_within : c.arm_moves);
}

void Machine::close_if_clear() {
    if (in_the_way()) return;
    emit(Close{now_ + c.open_within});
    s.closed_once = true;
    arm(Timer::arm_down, c.open_within + c.arm_moves);
}

void Machine::arm_down_overdue() {
    if (in_the_way()) return settle_closing();
    if (c.has_arm) return raise(Fault::arm_not_down);
    s.last_opened = 0;  // nothing sees the arm: taken as down
    s.explained = false;
    enter(Phase::idle);
}

}  // namespace menshen::lane
