// Guard, fire, and the loss of the bus.
#include "machine.hpp"

namespace menshen::lane {

/// Where no guard's touch can be carried out. Fire wins over all of them.
bool Machine::refused(std::string_view action) {
    std::string_view why;
    if (s.phase == Phase::booting) why = "booting";
    if (s.phase == Phase::offline) why = "bus_down";
    if (s.phase == Phase::fire) why = "fire";
    if (why.empty()) return false;
    emit(Refused{std::string(action), std::string(why)});
    return true;
}

/// Ends the current authorisation and empties the queue, each with its word to the guard.
void Machine::drop_all(std::string_view why) {
    interrupt(why);
    drop_queue(why, true);
    s.intent_durable = false;
}

void Machine::on(const GuardClose&) {
    if (refused("close")) return;
    std::string why = why_not_close(c, s.sensors);
    if (why.empty() && has(Fault::under_stuck)) why = "under_stuck";
    if (why.empty() && has(Fault::photocell_blind)) why = "photocell_blind";
    if (!why.empty()) return emit(Refused{"close", why});
    drop_all("closed");  // what was granted would open again behind the guard's back
    emit(Close{now_ + c.open_within});
    enter(Phase::closing);
    s.closed_once = true;
    arm(Timer::arm_down, c.open_within + c.arm_moves);
    settle_closing();
}

void Machine::on(const GuardStop&) {
    if (refused("stop")) return;
    emit(Stop{});
    drop_all("stopped");
    enter(Phase::stopped);
}

void Machine::on(const GuardHold& in) {
    if (!in.on) {
        if (s.phase == Phase::held) let_go();
        return;
    }
    if (s.phase == Phase::held || refused("hold")) return;
    if (s.lockdown) return emit(Refused{"hold", "lockdown"});
    drop_all("held");
    enter(Phase::held);
    s.last_opened = 0;
    if (s.sensors.arm != Arm::up) pulse();
    s.arm_rest = false;
    s.explained = true;
}

void Machine::on(const Lockdown& in) {
    s.lockdown = in.on;
    if (!in.on) return;
    drop_queue("lockdown", false);
    if (s.phase == Phase::held) return let_go();
    const bool not_open_yet = s.phase == Phase::waiting || s.phase == Phase::recording;
    if (!not_open_yet || s.current->guard) return;
    interrupt("lockdown");
    next();
}

// ---- fire

void Machine::enter_fire() {
    drop_all("fire");
    enter(Phase::fire);
    s.fire_latched = true;
    s.last_opened = 0;
    s.arm_rest = false;
    s.explained = true;
    if (c.fire == FireAction::pulse) pulse();
    if (c.fire == FireAction::hold_coil) emit(FireHold{true});
}

void Machine::on(const FireReset&) {
    if (!s.fire_latched) return;
    if (s.phase != Phase::fire) return emit(Refused{"fire_reset", s.phase == Phase::offline ? "bus_down" : "booting"});
    if (s.sensors.fire != Contact::quiet) return emit(Refused{"fire_reset", "fire contact not quiet"});
    s.fire_latched = false;
    if (c.fire == FireAction::hold_coil) emit(FireHold{false});
    let_go();
}

/// Fire and hold are nobody's authorisation: id 0.
void Machine::pulse() {
    emit(Open{0, now_ + c.open_within});
    arm(Timer::reopen, c.open_within + c.arm_moves);
}

/// Held open, or by fire: an arm that is seen to fall is raised again, one pulse at a time.
void Machine::keep_open() {
    if (s.phase == Phase::fire && c.fire != FireAction::pulse) return;
    const bool falls = s.sensors.arm == Arm::down || s.sensors.arm == Arm::between;
    if (falls && !armed(Timer::reopen)) pulse();
}

void Machine::let_go() {
    begin_closing();
    s.explained = s.sensors.arm != Arm::down;  // who drives under it now was let in by a person
}

// ---- the bus

void Machine::on(const BusDown&) {
    if (s.phase == Phase::offline) return;
    drop_all("bus_down");
    enter(Phase::offline);
    s.timers = no_timers();
    s.sensors = Sensors{};
    s.passing.reset();
    s.under = Under::nobody;
    s.last_opened = 0;
    s.arm_rest = s.explained = s.photocell_saw = false;
    raise(Fault::bus_down);
}

void Machine::on(const BusUp&) {
    if (s.phase != Phase::offline) return;
    clear(Fault::bus_down);
    enter(Phase::booting);  // read first; nothing is sent again (I16)
}

}  // namespace menshen::lane
