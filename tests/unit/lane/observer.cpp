#include "observer.hpp"

#include <algorithm>

namespace menshen::lane {

namespace {

bool alive_in(const State& s, AuthorisationId id) {
    const auto same = [id](const auto& a) { return a.id == id; };
    return (s.current && s.current->id == id) || std::any_of(s.queue.begin(), s.queue.end(), same) ||
           std::any_of(s.owed.begin(), s.owed.end(), same);
}

}  // namespace

void Observer::require(bool holds, const char* what) {
    if (!holds && broken_.empty()) broken_ = what;
}

Observer::Car* Observer::find(AuthorisationId id) {
    const auto it = std::find_if(cars_.begin(), cars_.end(), [id](const Car& car) { return car.id == id; });
    return it == cars_.end() ? nullptr : &*it;
}

bool Observer::car_there(const Car& car) const {
    return car.guard || !c_->has_approach || sensors_.approach == Level::occupied;
}

std::string Observer::see(const Input& input, const Step& step) {
    broken_.clear();
    input_ = &input;
    was_under_ = sensors_.under == Level::occupied || was_under_;
    fire_began_ = fire_acted_ = false;
    hear(input);
    for (const Effect& e : step.effects) judge(e);
    judge_afterwards(step);
    forget(step.state);
    if (sensors_.under == Level::clear) was_under_ = false;
    return broken_;
}

// ---- what went in

void Observer::hear_sensed(const Sensors& raw) {
    const bool before = fire_ && read_;
    fire_ = fire_ || raw.fire == Contact::fire;
    if (!link_) return;
    sensors_ = raw;
    if (!c_->has_approach) sensors_.approach = Level::unknown;
    if (!c_->has_under) sensors_.under = Level::unknown;
    if (!c_->has_photocell) sensors_.photocell = Level::unknown;
    if (!c_->has_arm) sensors_.arm = Arm::unknown;
    const bool nothing_to_know = !c_->has_approach && !c_->has_under && !c_->has_photocell && !c_->has_arm;
    Sensors nothing;
    nothing.fire = sensors_.fire;
    read_ = read_ || nothing_to_know || sensors_.fire != Contact::quiet || !(sensors_ == nothing);
    fire_began_ = fire_ && read_ && !before;
    if (fire_) hold_ = false;
}

void Observer::hear(const Input& input) {
    if (const auto* i = std::get_if<Sensed>(&input)) hear_sensed(i->sensors);
    if (const auto* i = std::get_if<Grant>(&input); i && i->authorisation.id > highest_) {
        highest_ = i->authorisation.id;
        Car car;
        car.id = highest_;
        car.guard = i->authorisation.guard;
        cars_.push_back(car);
    }
    if (const auto* i = std::get_if<IntentDurable>(&input))
        if (Car* car = find(i->id); car && car->intent && !car->failed) car->durable = true;
    if (const auto* i = std::get_if<IntentFailed>(&input))
        if (Car* car = find(i->id); car && car->intent && !car->durable) car->failed = true;
    if (const auto* i = std::get_if<Lockdown>(&input)) lockdown_ = i->on;
    if (const auto* i = std::get_if<GuardHold>(&input)) hold_ = i->on && (hold_ || (read_ && !fire_ && !lockdown_));
    if (std::holds_alternative<GuardStop>(input) || lockdown_) hold_ = false;
    if (std::holds_alternative<FireReset>(input) && read_ && sensors_.fire == Contact::quiet) fire_ = false;
    if (std::holds_alternative<BusUp>(input)) link_ = true;
    if (!std::holds_alternative<BusDown>(input)) return;
    link_ = read_ = hold_ = was_under_ = false;
    sensors_ = Sensors{};
    for (Car& car : cars_) car.stale = true;
}

// ---- what came out

void Observer::judge(const Effect& effect) {
    std::visit([this](const auto& e) { on(e); }, effect);
}

void Observer::on(const CommitIntent& e) {
    Car* car = find(e.authorisation.id);
    require(car && !car->dropped && !car->ended && !car->stale, "I13: intent for what was not granted or is over");
    require(car && !car->intent, "I7: a second intent for one authorisation");
    require(read_ && !fire_, "I14, I16: intent without a board, or in a fire");
    if (!car) return;
    require(car_there(*car), "rule 6: intent without a car on the approach loop");
    require(car->guard || !lockdown_, "G12: intent in a lockdown");
    car->intent = true;
}

void Observer::on(const Open& e) {
    require(read_, "I16: open before the board was read");
    if (e.id == 0) return require((fire_ && c_->fire == FireAction::pulse) || hold_, "I13: open for nobody");
    Car* car = find(e.id);
    require(car, "I13: open for what was never granted or is over");
    if (!car) return;
    require(car->intent && (car->durable || car->guard), "I7: open before its intent was durable");
    require(!car->opened, "I15: a second opening for one authorisation");
    require(!car->dropped && !car->ended, "I13: open for what is over");
    require(!car->stale, "I16: open for a grant from before the bus was lost");
    require(!fire_, "I14: open for a car in a fire");
    require(car_there(*car), "rule 6: open without a car on the approach loop");
    car->opened = true;
}

void Observer::on(const Close&) {
    bool clear = c_->has_under || c_->has_photocell;
    clear = clear && (!c_->has_under || sensors_.under == Level::clear);
    clear = clear && (!c_->has_photocell || sensors_.photocell == Level::clear);
    clear = clear && (!c_->has_approach || c_->close_past_approach || sensors_.approach == Level::clear);
    require(clear, "I12: close on presence or on an unknown sensor");
    const bool by_guard = std::holds_alternative<GuardClose>(*input_);
    require(by_guard || c_->close == CloseBy::menshen, "close = barrier, yet closed");
    require(by_guard || !hold_, "closed while held");
    require(read_ && !fire_, "I14, I16: close without a board, or in a fire");
    if (by_guard) hold_ = false;
}

void Observer::on(const Stop&) {
    require(std::holds_alternative<GuardStop>(*input_), "stop that nobody asked for");
    require(read_ && !fire_, "I14, I16: stop without a board, or in a fire");
}

void Observer::on(const FireHold& e) {
    require(c_->fire == FireAction::hold_coil && read_, "coil held without a board or where it is not wired");
    require(e.on == fire_, "I14: coil let go in a fire or held without one");
    fire_acted_ = fire_acted_ || e.on;
}

void Observer::on(const Ended& e) {
    Car* car = find(e.id);
    require(car && car->intent, "I8: an ending without an intent");
    if (!car) return;
    require(!car->ended, "I8: a second ending for one intent");
    require(!car->failed || car->guard, "I8: an ending for an intent that was never written");
    require(car->durable || car->guard, "I8: an ending before the intent");
    require((e.outcome == Outcome::not_opened) != car->opened, "I8: not_opened and opened confused");
    const bool arm_shows = c_->has_arm && sensors_.arm == Arm::up;
    if (e.outcome == Outcome::opened) require(arm_shows || (was_under_ && c_->has_under), "opened, seen by nothing");
    if (e.outcome == Outcome::commanded) require(!c_->has_arm, "commanded, where the arm can be seen");
    car->ended = true;
}

void Observer::on(const Dropped& e) {
    const auto* grant = std::get_if<Grant>(input_);
    if (grant && grant->authorisation.id == e.authorisation.id && e.why == "replayed") return;
    Car* car = find(e.authorisation.id);
    require(car && !car->dropped && !car->ended && !car->opened, "dropped what is over, or twice, or what has opened");
    if (car) car->dropped = true;
}

void Observer::on(const Passage& e) {
    require(c_->has_under && was_under_ && sensors_.under == Level::clear, "passage without a car off the loop");
    if (e.id == 0) return;
    Car* car = find(e.id);
    require(car, "passage for what is over");
    if (!car) return;
    require(!car->passed, "I15: two passages for one authorisation");
    require(!car->dropped, "passage for what was dropped");
    car->passed = true;
}

void Observer::on(const Alarm&) {
    require(read_, "alarm without a board");
}

void Observer::on(const RaiseFault& e) {
    bool& raised = faults_[static_cast<std::size_t>(e.fault)];
    require(!raised, "fault raised twice");
    raised = true;
}

void Observer::on(const ClearFault& e) {
    bool& raised = faults_[static_cast<std::size_t>(e.fault)];
    require(raised, "fault cleared that was not raised");
    raised = false;
}

void Observer::on(const Refused&) {
    const bool asked = std::holds_alternative<GuardClose>(*input_) || std::holds_alternative<GuardStop>(*input_) ||
                       std::holds_alternative<GuardHold>(*input_) || std::holds_alternative<FireReset>(*input_);
    require(asked, "refused what nobody asked for");
}

// ---- where it stands now

void Observer::judge_afterwards(const Step& step) {
    const State& s = step.state;
    const auto opened_for_fire = [](const Effect& e) {
        const auto* open = std::get_if<Open>(&e);
        return open && open->id == 0;
    };
    if (c_->fire == FireAction::pulse)
        fire_acted_ = std::any_of(step.effects.begin(), step.effects.end(), opened_for_fire);
    if (fire_began_) require(fire_acted_ || c_->fire == FireAction::none, "I14: fire, and nothing was done");
    if (read_) require((s.phase == Phase::fire) == fire_, "I14: fire does not win, or does not end");
    require(!link_ == (s.phase == Phase::offline), "I16: bus lost and not offline");
    if (link_) require(!read_ == (s.phase == Phase::booting), "booting confused with having read");
    require(s.queue.size() <= max_queue && s.owed.size() <= max_owed, "lists out of bounds");
    if (!link_ || fire_) require(!s.current && s.queue.empty(), "I16, I14: grants kept without a board or in a fire");
    if (hold_) require(s.phase == Phase::held, "G12: held and yet not");
    judge_deadline(step);
}

void Observer::judge_deadline(const Step& step) {
    const Instant first = *std::min_element(step.state.timers.begin(), step.state.timers.end());
    require((first != never) == step.deadline.has_value() && (!step.deadline || *step.deadline == first),
            "deadline is not the earliest timer");
}

void Observer::forget(const State& s) {
    for (const Car& car : cars_) {
        const bool over = car.ended || (car.dropped && (!car.intent || car.failed));
        const bool passes_later = s.passing && s.passing->id == car.id;
        require(over || alive_in(s, car.id), "I8: an authorisation was lost");
        require(!car.dropped || !passes_later, "a dropped car still counts as authorised");
    }
    std::erase_if(cars_, [&](const Car& car) {
        const bool over = car.ended || (car.dropped && (!car.intent || car.failed));
        return over && !alive_in(s, car.id) && !(s.passing && s.passing->id == car.id);
    });
}

std::uint64_t Observer::key(const State& s) const {
    std::uint64_t k = 1;
    const auto add = [&k](bool bit) { k = k << 1 | static_cast<std::uint64_t>(bit); };
    for (const bool bit : {was_under_, read_, fire_, hold_, link_}) add(bit);
    for (const AuthorisationId id : {s.current ? s.current->id : 0, s.passing ? s.passing->id : 0}) {
        const auto it = std::find_if(cars_.begin(), cars_.end(), [id](const Car& car) { return car.id == id; });
        const Car car = it == cars_.end() ? Car{} : *it;
        for (const bool bit : {car.guard, car.intent, car.durable, car.failed, car.opened, car.ended, car.passed})
            add(bit);
    }
    return k;
}

}  // namespace menshen::lane
