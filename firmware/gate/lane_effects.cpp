// The second half of LaneController: what the lane machine asks for becomes events, relay pulses, faults.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "lane_controller.hpp"

namespace menshen::gate {

namespace {

constexpr auto fresh_decision = seconds(2);  // older ones are judged again before an intent is written

lane::CommandDone::How how(const Status& status) {
    if (status.ok()) return lane::CommandDone::How::acknowledged;
    return status.error().code == Errc::timeout ? lane::CommandDone::How::timed_out : lane::CommandDone::How::refused;
}

constexpr auto fire_contact_late = seconds(3);

/// Dropped grants that leave nothing for a guard to do: the way is open, or the car has gone.
bool needs_no_guard(const std::string& why) {
    return why == "held" || why == "fire" || why == "passed" || why == "replayed" || why == "withdrawn";
}

}  // namespace

/// Inputs in order, effects of each before the next: an effect's answer that comes at once waits its turn.
void LaneController::feed(const lane::Input& input) {
    inputs_.push_back(input);
    if (feeding_) return;
    feeding_ = true;
    const auto mode = own_mode();
    while (!inputs_.empty()) {
        const auto before = state_;
        auto step = lane::step(config_.machine, std::move(state_), inputs_.front(), host_.now().mono);
        inputs_.pop_front();
        state_ = std::move(step.state);
        lane_deadline_ = step.deadline;
        for (const auto& effect : step.effects) run(effect);
        follow_hold(before.phase);
        if (before.phase != state_.phase || before.sensors != state_.sensors) host_.lane_changed(config_.id);
        host_.fault(config_.id, "fire", state_.phase == lane::Phase::fire, "");
    }
    feeding_ = false;
    watch_held_opening();
    arm_timer();
    if (mode == own_mode()) return;
    if (own_mode() == Mode::normal) way_closed();
    judge_again();
}

void LaneController::run(const lane::Effect& effect) {
    std::visit([this](const auto& e) { (*this)(e); }, effect);
}

void LaneController::operator()(const lane::CommitIntent& effect) {
    const auto& authorisation = effect.authorisation;
    if (authorisation.guard) return write_intent(authorisation);
    still_granted(authorisation.id, [this, authorisation](bool granted) {
        const auto* arrival = by_authorisation(authorisation.id);
        const bool here = granted && arrival != nullptr && standing(*arrival) == Standing::here;
        if (here) return write_intent(authorisation);
        feed(lane::Withdraw{authorisation.id});
        feed(lane::IntentFailed{authorisation.id});  // nothing was written: the lane waits for no answer
        if (granted) withhold(authorisation.id);
    });
}

void LaneController::still_granted(AuthorisationId id, std::function<void(bool)> go) {
    const auto* arrival = by_authorisation(id);
    if (arrival == nullptr) return go(false);
    const auto version = host_.list_version();
    if (arrival->list_version == version && host_.now().mono - arrival->decided < fresh_decision) return go(true);
    host_.look_up(plates_to_ask(arrival->claim), [this, alive = std::weak_ptr(alive_), id, version,
                                                  go = std::move(go)](const Result<ListAnswer>& answer) {
        if (!alive.lock()) return;
        auto* asked = by_authorisation(id);
        if (asked == nullptr || !not_open_yet(id)) return go(false);
        auto input = decide_input(*asked, answer.value_or({}));
        if (!answer) input.policy.list_usable = false;
        const auto again = decide(input);
        if (again.verdict == Verdict::grant) {
            asked->list_version = version;
            asked->decided = host_.now().mono;
            return go(true);
        }
        spdlog::info("lane {}: {} was granted, and is {} by now", config_.id, asked->decision.plate,
                     to_string(again.reason));
        asked->authorisation = 0;
        asked->answer = answer.value_or({});
        go(false);
        decided(*asked, input);
    });
}

void LaneController::write_intent(const lane::Authorisation& authorisation) {
    auto* arrival = by_authorisation(authorisation.id);
    // Also when a guard admits it: he is how a camera that was moved is learnt anew.
    if (arrival != nullptr && state_.sensors.approach == Level::occupied && in_view(*arrival))
        arrival->width_at_loop = arrival->width;
    const auto reason = arrival == nullptr ? Reason::guard_admitted : arrival->decision.reason;
    const journal::Intent intent{authorisation.id,    authorisation.arrival,          config_.id,
                                 authorisation.plate, std::string(to_string(reason)), authorisation.by};
    host_.record(journal::to_event(intent, host_.now()),
                 [this, alive = std::weak_ptr(alive_), authorisation](const Result<std::uint64_t>& durable) {
                     if (!alive.lock()) return;
                     if (!durable) return feed(lane::IntentFailed{authorisation.id});
                     if (authorisation.guard) return feed(lane::IntentDurable{authorisation.id});
                     // I2: a revocation that came while the disk was writing still holds the arm down.
                     still_granted(authorisation.id, [this, id = authorisation.id](bool granted) {
                         if (!granted) feed(lane::Withdraw{id});
                         feed(lane::IntentDurable{id});  // answered by Ended either way
                     });
                 });
}

void LaneController::operator()(const lane::Open& effect) {
    if (effect.id == 0 && state_.phase == lane::Phase::held) return open_held(effect.deadline);
    barrier_->open(effect.deadline, [this, alive = std::weak_ptr(alive_), id = effect.id](const Status& status) {
        if (!alive.lock()) return;
        if (!status) spdlog::warn("lane {}: opening failed: {}", config_.id, status.error().message);
        feed(lane::CommandDone{id, how(status)});
    });
}

void LaneController::operator()(const lane::Close& effect) {
    barrier_->close(effect.deadline, [this, alive = std::weak_ptr(alive_)](const Status& status) {
        if (alive.lock() && !status) spdlog::warn("lane {}: closing failed: {}", config_.id, status.error().message);
    });
}

void LaneController::operator()(const lane::Stop&) {
    barrier_->stop([this, alive = std::weak_ptr(alive_)](const Status& status) {
        if (alive.lock() && !status) spdlog::warn("lane {}: stop failed: {}", config_.id, status.error().message);
    });
}

void LaneController::operator()(const lane::FireHold& effect) {
    barrier_->hold(effect.on, [this, alive = std::weak_ptr(alive_)](const Status& status) {
        if (alive.lock() && !status) spdlog::error("lane {}: fire hold failed: {}", config_.id, status.error().message);
    });
}

void LaneController::operator()(const lane::Ended& effect) {
    auto outcome = event(EventKind::outcome, 0, effect.id);
    outcome.body = {{"outcome", to_string(effect.outcome)}, {"detail", effect.detail}};
    auto* arrival = by_authorisation(effect.id);
    if (arrival == nullptr) return record(std::move(outcome));
    outcome.arrival = arrival->claim.arrival;
    arrival->outcome = to_string(effect.outcome);
    // The pictures came with the claim; hashing them takes a millisecond, and the arm is moving already.
    const auto pictures = keep_pictures(*arrival);
    const bool important = arrival->by != "menshen" || effect.outcome == Outcome::failed;
    arrival->evidence_kept = !pictures.empty();
    journal::add_pictures(outcome, pictures, important);
    record(std::move(outcome));
    host_.passed(passed_json(*arrival, config_.direction));
    host_.lane_changed(config_.id);
}

std::vector<PictureRef> LaneController::keep_pictures(const Arrival& arrival) {
    return host_.keep({{"scene", host_.pictures().find(scene_id(arrival.claim))},
                       {"crop", host_.pictures().find(crop_id(arrival.claim))}});
}

/// Refused, referred and withdrawn cars leave pictures too; an event of its own binds them.
void LaneController::settle_evidence(ArrivalId id) {
    auto* arrival = find(id);
    if (arrival == nullptr || arrival->evidence_kept) return;
    const auto pictures = keep_pictures(*arrival);
    if (pictures.empty()) return;  // they may still come; forget() tries again
    arrival->evidence_kept = true;
    auto evidence = event(EventKind::evidence, id);
    journal::add_pictures(evidence, pictures, true);
    record(std::move(evidence));
}

void LaneController::operator()(const lane::Dropped& effect) {
    auto* arrival = by_authorisation(effect.authorisation.id);
    spdlog::info("lane {}: grant for {} dropped: {}", config_.id, effect.authorisation.plate, effect.why);
    if (arrival == nullptr) return;
    if (needs_no_guard(effect.why)) {
        if (effect.why != "withdrawn") arrival->outcome = to_string(Outcome::not_opened);
        arrival->way_was_open = effect.why == "held" || effect.why == "fire";
        return;
    }
    // Out of the camera's view, a car may still stand on the loop: the guard is to see its plate.
    if (arrival->gone && !loop_since_) return forget(arrival->claim.arrival);
    arrival->authorisation = 0;
    const bool slow = effect.why == "slow_storage" || effect.why == "storage_failed";
    hand_to_guard(*arrival, slow ? Reason::slow_storage : arrival->decision.reason, effect.why);
}

void LaneController::hand_to_guard(Arrival& arrival, Reason reason, const std::string& why) {
    arrival.decision.verdict = Verdict::refer;
    arrival.decision.reason = reason;
    refer(arrival, true);
    auto note = event(EventKind::alarm, arrival.claim.arrival);
    note.body = {{"alarm", "grant_dropped"}, {"detail", why}};
    record(std::move(note));
    host_.lane_changed(config_.id);
}

void LaneController::operator()(const lane::Passage& effect) {
    journal::PassageRecord passage;
    passage.authorisation = effect.id;
    passage.arrival = effect.arrival;
    passage.lane = config_.id;
    passage.plate = effect.plate;
    passage.entered = config_.direction == Direction::in;
    passage.zone = config_.zone;
    const auto* arrival = find(effect.arrival);
    if (arrival != nullptr && arrival->width_at_loop > 0) {
        at_loop_.add(arrival->width_at_loop);
        passage.plate_width = static_cast<int>(std::lround(arrival->width_at_loop));
    }
    if (const auto* permit = arrival == nullptr ? nullptr : decided_permit(*arrival))
        passage.permit = journal::PermitKey{permit->scope, permit->id};
    host_.record_passage(passage);
    if (effect.arrival == 0) return;
    identifier_.passed(effect.arrival, host_.now().mono);
    forget(effect.arrival);
}

void LaneController::operator()(const lane::Alarm& effect) {
    const auto kind = effect.kind;
    auto alarm = event(kind == lane::AlarmKind::tailgate            ? EventKind::tailgate
                       : kind == lane::AlarmKind::opened_externally ? EventKind::opened_externally
                                                                    : EventKind::alarm,
                       0, effect.after);
    alarm.body = {{"alarm", lane::to_string(kind)}};
    journal::add_pictures(alarm, host_.keep({{"scene", host_.pictures().find(scene_)}}), true);
    record(std::move(alarm));
    spdlog::warn("lane {}: {}", config_.id, lane::to_string(kind));
    host_.alarm(config_.id, std::string(lane::to_string(kind)));
}

void LaneController::operator()(const lane::RaiseFault& effect) {
    if (effect.fault == lane::Fault::bus_down) return;  // on_link says it, with the reason
    if (effect.fault == lane::Fault::fire_contact) return void(fire_contact_since_ = host_.now().mono);
    host_.fault(config_.id, std::string(lane::to_string(effect.fault)), true, "");
}

void LaneController::operator()(const lane::ClearFault& effect) {
    if (effect.fault == lane::Fault::bus_down) return;
    if (effect.fault == lane::Fault::fire_contact) fire_contact_since_.reset();
    host_.fault(config_.id, std::string(lane::to_string(effect.fault)), false, "");
}

/// A poll that comes late is no broken wire.
void LaneController::watch_fire_contact(Instant now) {
    if (fire_contact_since_ && now - *fire_contact_since_ >= fire_contact_late)
        host_.fault(config_.id, std::string(lane::to_string(lane::Fault::fire_contact)), true, "");
}

void LaneController::operator()(const lane::Refused& effect) {
    host_.refused(config_.id, effect.action, effect.why);
}

}  // namespace menshen::gate
