// The fifth part of LaneController: fleet mode. A hold is a standing order of a named person, and every opening that it
// asks for has its intent and outcome as a car's has (I7, I8).
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "lane_controller.hpp"

namespace menshen::gate {

void LaneController::guard_hold(const Hold& hold) {
    feed(lane::GuardHold{true});
    if (state_.phase != lane::Phase::held) return;  // refused, and said so
    hold_ = hold;
    record_mode(hold.by);
    host_.lane_changed(config_.id);
}

void LaneController::guard_release(const std::string& guard) {
    end_hold(guard);
    feed(lane::GuardHold{false});
}

void LaneController::restore_hold(const Hold& hold) {
    hold_ = hold;
    watch_hold();
}

/// After each step of the lane.
void LaneController::follow_hold(lane::Phase before) {
    using enum lane::Phase;
    const auto now = state_.phase;
    if (!hold_ || now == held || now == offline || now == booting) return;
    if (before == booting && now != fire) {
        inputs_.emplace_back(lane::GuardHold{true});
    } else {
        end_hold("menshen");
    }
}

/// An end that cannot be told from the clock has come already: denied until proved.
void LaneController::watch_hold() {
    if (!hold_ || !hold_->until) return;
    const auto now = host_.now();
    if (now.clock != ClockState::unset && now.local < *hold_->until) return;
    guard_release("menshen");
}

void LaneController::end_hold(const std::string& by) {
    if (!hold_) return;
    hold_.reset();
    record_mode(by);
    host_.lane_changed(config_.id);
}

void LaneController::record_mode(const std::string& by) {
    journal::ModeRecord mode{config_.id, std::string(to_string(hold_ ? Mode::fleet : Mode::normal)), by, std::nullopt};
    if (hold_) mode.until = hold_->until;
    record(journal::to_event(mode, host_.now()));
}

/// Held or on fire the way stood open, and grants were not needed. Whoever still stands there needs one now.
void LaneController::way_closed() {
    std::vector<ArrivalId> waiting;
    for (auto& [id, arrival] : arrivals_) {
        if (!std::exchange(arrival.way_was_open, false) || !in_view(arrival)) continue;
        arrival.authorisation = 0;
        arrival.outcome.clear();
        arrival.decision = {};
        waiting.push_back(id);
    }
    for (const auto id : waiting) judge(id);
}

// ---- its openings

/// One pulse for a hold. After the turn of the loop that asked for it, so that the journal says first who holds the
/// lane.
void LaneController::open_held(Instant deadline) {
    boost::asio::post(loop_, [this, alive = std::weak_ptr(alive_), deadline] {
        if (!alive.lock() || !hold_) return;
        if (held_opening_) end_held_opening(held_opening_->sent ? Outcome::failed : Outcome::not_opened, "asked again");
        const auto id = host_.next_authorisation();
        held_opening_ = HeldOpening{id, deadline, host_.now().mono + config_.machine.intent_slow, false, {}};
        const journal::Intent intent{id, 0, config_.id, "", std::string(to_string(Reason::fleet_mode)), hold_->by};
        host_.record(journal::to_event(intent, host_.now()), [this, alive, id](const Result<std::uint64_t>&) {
            if (!alive.lock() || !held_opening_ || held_opening_->id != id) return;
            held_opening_->send_at = host_.now().mono;  // durable, or there is no disk to wait for
            watch_held_opening();
        });
    });
}

/// After each step of the lane. A person's order does not wait for a dead disk longer than his other openings (rule 2).
void LaneController::watch_held_opening() {
    if (!held_opening_) return;
    const auto& opening = *held_opening_;
    const auto now = host_.now().mono;
    if (!opening.sent) {
        if (state_.phase != lane::Phase::held)
            return end_held_opening(Outcome::not_opened, lane::to_string(state_.phase));
        if (now >= opening.send_at) send_held_opening();
        return;
    }
    if (!opening.answer) return;
    const bool sees = config_.machine.has_arm;
    if (sees && state_.sensors.arm == Arm::up) return end_held_opening(Outcome::opened, "");
    if (sees && now < opening.deadline + config_.machine.arm_moves) return;
    if (!opening.answer->ok()) return end_held_opening(Outcome::failed, opening.answer->error().message);
    end_held_opening(sees ? Outcome::failed : Outcome::commanded, sees ? "arm_not_up" : "");
}

void LaneController::send_held_opening() {
    held_opening_->sent = true;
    barrier_->open(held_opening_->deadline,
                   [this, alive = std::weak_ptr(alive_), id = held_opening_->id](const Status& status) {
                       if (!alive.lock() || !held_opening_ || held_opening_->id != id) return;
                       if (!status) spdlog::warn("lane {}: opening failed: {}", config_.id, status.error().message);
                       held_opening_->answer = status;
                       watch_held_opening();
                   });
}

void LaneController::end_held_opening(Outcome outcome, std::string_view detail) {
    // `detail` may be the answer's own text: written before the answer goes.
    const journal::OutcomeRecord ended{held_opening_->id, 0, config_.id, outcome, std::string(detail), {}, false};
    held_opening_.reset();
    record(journal::to_event(ended, host_.now()));
}

}  // namespace menshen::gate
