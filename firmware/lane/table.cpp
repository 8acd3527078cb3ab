// The table is played, not written: each line is one call of step(), so that it cannot say what the machine does not
// do.
#include <algorithm>
#include <sstream>

#include "lane/lane.hpp"

namespace menshen::lane {

namespace {

constexpr Instant start{seconds(3600)};

std::string id_of(AuthorisationId id) {
    return id == 0 ? "" : " for car " + std::to_string(id);
}

struct Words {
    std::string operator()(const CommitIntent&) const { return "write intent"; }
    std::string operator()(const Open& e) const { return "OPEN" + id_of(e.id); }
    std::string operator()(const Close&) const { return "CLOSE"; }
    std::string operator()(const Stop&) const { return "STOP"; }
    std::string operator()(const FireHold& e) const { return e.on ? "COIL ON" : "COIL OFF"; }
    std::string operator()(const Ended& e) const { return "outcome " + std::string(menshen::to_string(e.outcome)); }
    std::string operator()(const Dropped& e) const { return "to the guard: " + e.why; }
    std::string operator()(const Passage& e) const { return e.id == 0 ? "passage, no leave" : "passage" + id_of(e.id); }
    std::string operator()(const Alarm& e) const { return "alarm " + std::string(to_string(e.kind)); }
    std::string operator()(const RaiseFault& e) const { return "fault " + std::string(to_string(e.fault)); }
    std::string operator()(const ClearFault& e) const { return "fault over: " + std::string(to_string(e.fault)); }
    std::string operator()(const Refused& e) const { return "refused: " + e.why; }
};

std::string words_of(const std::vector<Effect>& effects) {
    std::string all;
    for (const Effect& e : effects) all += (all.empty() ? "" : "; ") + std::visit(Words{}, e);
    return all.empty() ? "-" : all;
}

/// Chinese characters take two columns.
std::size_t columns(std::string_view text) {
    std::size_t n = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0xE0) ++n;
        if ((byte & 0xC0U) != 0x80U) ++n;
    }
    return n;
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t used = columns(text);
    return text.append(used < width ? width - used : 1, ' ');
}

/// Leads a lane by the hand and writes down what each step did.
class Storyteller {
  public:
    explicit Storyteller(std::ostringstream& table) : table_(table) {
        config_.has_arm = true;
        reset();
    }

    Storyteller& reset() {
        state_ = State{};
        sensors_ = Sensors{Level::clear, Level::clear, Level::clear, Arm::down, Contact::quiet};
        now_ = start;
        id_ = 0;
        return *this;
    }

    Storyteller& with(CloseBy close, FireAction fire = FireAction::pulse) {
        config_.close = close;
        config_.fire = fire;
        return reset();
    }

    void title(std::string_view english, std::string_view chinese) {
        table_ << "\n" << english << "  " << chinese << "\n";
    }

    /// Without a line.
    Storyteller& after(const Input& input) {
        play(input);
        return *this;
    }

    Storyteller& tell(std::string_view when, const Input& input) {
        const Phase before = state_.phase;
        line(to_string(before), when, play(input));
        return *this;
    }

    /// Until that timer runs out; what runs out before it is not told.
    Storyteller& wait(Timer timer, std::string_view when = "") {
        const Instant due = state_.timers[static_cast<std::size_t>(timer)];
        for (Instant first = due; (first = *std::min_element(state_.timers.begin(), state_.timers.end())) < due;) {
            now_ = first;
            after(Tick{});
        }
        now_ = due;
        return when.empty() ? after(Tick{}) : tell(when, Tick{});
    }

    Input sense(Level approach, Level under, Level photocell, Arm arm) {
        sensors_ = Sensors{approach, under, photocell, arm, sensors_.fire};
        return Sensed{sensors_};
    }
    Input arm(Arm arm) {
        sensors_.arm = arm;
        return Sensed{sensors_};
    }
    Input fire(Contact contact) {
        sensors_.fire = contact;
        return Sensed{sensors_};
    }
    Input grant(bool guard = false) {
        ++id_;
        return Grant{Authorisation{id_, id_, "", "", guard}};
    }
    [[nodiscard]] Input durable() const { return IntentDurable{id_}; }
    [[nodiscard]] Input board(CommandDone::How how) const { return CommandDone{id_, how}; }

    Storyteller& idle() { return reset().after(sense(Level::clear, Level::clear, Level::clear, Arm::down)); }
    Storyteller& recording() {
        idle().after(sense(Level::occupied, Level::clear, Level::clear, Arm::down));
        return after(grant());
    }
    Storyteller& opening() {
        recording();
        return after(durable());
    }
    Storyteller& open() {
        opening().after(board(CommandDone::How::acknowledged));
        return after(arm(Arm::up));
    }
    Storyteller& passing() { return open().after(sense(Level::clear, Level::occupied, Level::occupied, Arm::up)); }
    Storyteller& closing() { return passing().after(sense(Level::clear, Level::clear, Level::clear, Arm::up)); }

  private:
    std::vector<Effect> play(const Input& input) {
        Step result = step(config_, std::move(state_), input, now_);
        state_ = std::move(result.state);
        return result.effects;
    }

    void line(std::string_view from, std::string_view when, const std::vector<Effect>& effects) {
        table_ << padded(std::string(from), 11) << padded(std::string(when), 60)
               << padded(std::string(to_string(state_.phase)), 11) << words_of(effects) << "\n";
    }

    std::ostringstream& table_;
    Config config_;
    State state_;
    Sensors sensors_;
    Instant now_ = start;
    AuthorisationId id_ = 0;
};

constexpr auto clear = Level::clear;
constexpr auto occupied = Level::occupied;
constexpr auto unknown = Level::unknown;
using How = CommandDone::How;

void one_car(Storyteller& t) {
    t.title("One car", "一车一杆");
    t.reset().tell("board not read yet: a car is granted", t.grant());
    t.reset().tell("board read, everything clear, arm down", t.sense(clear, clear, clear, Arm::down));
    t.tell("car granted, approach loop clear", t.grant());
    t.tell("car on the approach loop", t.sense(occupied, clear, clear, Arm::down));
    t.tell("intent is on the disk", t.durable());
    t.tell("board acknowledges", t.board(How::acknowledged));
    t.tell("arm up", t.arm(Arm::up));
    t.tell("car under the arm", t.sense(clear, occupied, occupied, Arm::up));
    t.tell("loop under the arm clears", t.sense(clear, clear, clear, Arm::up));
    t.tell("arm down", t.arm(Arm::down));
    t.idle().after(t.grant()).wait(Timer::grant, "no car on the approach loop for grant_waits");
    t.open()
        .after(t.sense(clear, clear, clear, Arm::up))
        .wait(Timer::between_loops, "car left the approach loop and did not come under the arm");
    t.open()
        .after(t.sense(occupied, clear, clear, Arm::up))
        .wait(Timer::passage, "nobody drives through for passage_within");
    t.open().tell("arm comes down unused", t.arm(Arm::down));
}

void going_wrong(Storyteller& t) {
    t.title("What goes wrong", "异常");
    t.recording().wait(Timer::intent_slow, "disk slower than intent_slow");
    t.wait(Timer::intent_given_up, "disk slower than intent_given_up");
    t.recording().tell("disk refuses", IntentFailed{1});
    t.idle().after(t.grant(true)).tell("disk refuses a guard's opening: kept in memory", IntentFailed{1});
    t.opening().tell("board refuses", t.board(How::refused));
    t.opening()
        .after(t.board(How::timed_out))
        .wait(Timer::arm_up, "board did not answer, arm stays down for arm_moves");
    t.opening()
        .after(t.board(How::acknowledged))
        .wait(Timer::arm_up, "board acknowledged, arm stays down for arm_moves");
    t.closing().wait(Timer::arm_down, "close = barrier: arm still up after passage_within");
    t.tell("arm down", t.arm(Arm::down));
    t.idle().tell("arm rises without us", t.arm(Arm::up));
    t.idle()
        .after(t.sense(occupied, clear, clear, Arm::down))
        .wait(Timer::approach_stuck, "approach loop occupied for loop_stuck");
    t.tell("car granted while the approach loop is stuck", t.grant());
    t.tell("guard opens while the approach loop is stuck", t.grant(true));
    t.passing()
        .after(t.sense(clear, occupied, clear, Arm::up))
        .wait(Timer::under_stuck, "loop under the arm occupied for loop_stuck");
    t.idle()
        .after(t.sense(clear, clear, occupied, Arm::down))
        .wait(Timer::photocell_blind, "photocell occupied for photocell_blind");
}

void two_cars(Storyteller& t) {
    t.title("Two cars", "跟车");
    t.open().tell("second car granted: queued", t.grant());
    t.tell("third car granted: queued", t.grant());
    t.tell("fourth car granted", t.grant());
    t.after(t.sense(occupied, occupied, occupied, Arm::up));
    t.tell("first car through, second on the approach loop", t.sense(occupied, clear, clear, Arm::up));
    t.closing().after(t.sense(occupied, clear, clear, Arm::up)).after(t.sense(clear, occupied, occupied, Arm::up));
    t.tell("a second car without leave is through", t.sense(clear, clear, clear, Arm::up));
    t.closing().wait(Timer::between_loops).after(t.sense(clear, occupied, occupied, Arm::up));
    t.tell("a car from the wrong side is through", t.sense(clear, clear, clear, Arm::up));
}

void closing(Storyteller& t) {
    t.title("close = menshen", "由 menshen 落杆");
    t.with(CloseBy::menshen).closing().wait(Timer::clear, "everything clear for clear_before_close");
    t.wait(Timer::arm_down, "arm still up after open_within + arm_moves");
    t.closing().tell("photocell occupied: the time starts again", t.sense(clear, clear, occupied, Arm::up));
    t.closing().tell("a sensor is unknown: stays open", t.sense(clear, unknown, clear, Arm::up));
    t.with(CloseBy::barrier);
}

void guard(Storyteller& t) {
    t.title("The guard", "值班员");
    t.idle().tell("guard opens, no car needed", t.grant(true));
    t.passing().tell("guard closes, car under the arm", GuardClose{});
    t.closing().tell("guard closes, everything clear", GuardClose{});
    t.opening().tell("guard stops", GuardStop{});
    t.tell("next grant after a stop", t.grant());
    t.idle().tell("guard holds open", GuardHold{true});
    t.after(t.arm(Arm::up)).wait(Timer::reopen);
    t.tell("held, arm falls", t.arm(Arm::between));
    t.tell("car granted while held", t.grant());
    t.after(t.arm(Arm::up)).tell("guard lets go", GuardHold{false});
    t.recording().tell("lockdown", Lockdown{true});
    t.tell("car granted in a lockdown", t.grant());
    t.tell("guard opens in a lockdown", t.grant(true));
}

void fire(Storyteller& t) {
    t.title("Fire, in every phase", "消防联动");
    t.open().tell("fire contact, fire = pulse", t.fire(Contact::fire));
    t.tell("guard resets, contact still on fire", FireReset{});
    t.after(t.arm(Arm::up)).wait(Timer::reopen);
    t.tell("arm falls", t.arm(Arm::between));
    t.after(t.arm(Arm::up)).tell("contact quiet: stays latched", t.fire(Contact::quiet));
    t.tell("guard resets, contact quiet", FireReset{});
    t.with(CloseBy::barrier, FireAction::hold_coil)
        .recording()
        .tell("fire contact, fire = hold-coil", t.fire(Contact::fire));
    t.after(t.fire(Contact::quiet)).tell("guard resets, contact quiet", FireReset{});
    t.with(CloseBy::barrier, FireAction::none).idle().tell("fire contact, fire = none", t.fire(Contact::fire));
    t.with(CloseBy::barrier).idle().tell("fire contact's wire is broken", t.fire(Contact::fault));
}

void bus(Storyteller& t) {
    t.title("The bus", "总线");
    t.opening().tell("bus lost while an opening is out", BusDown{});
    t.tell("car granted", t.grant());
    t.tell("bus back", BusUp{});
    t.tell("board read: nothing is sent again", t.sense(occupied, clear, clear, Arm::down));
}

}  // namespace

std::string transition_table() {
    std::ostringstream table;
    table << "A lane with both loops, photocell and arm switches. Fire wins over stop, stop over lockdown, lockdown "
             "over hold.\n\n"
          << padded("phase 阶段", 11) << padded("when 条件", 60) << padded("next 转入", 11) << "does 动作\n";
    Storyteller t(table);
    one_car(t);
    two_cars(t);
    going_wrong(t);
    closing(t);
    guard(t);
    fire(t);
    bus(t);
    return table.str();
}

}  // namespace menshen::lane
