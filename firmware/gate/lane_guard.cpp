// The fourth part of LaneController: what a guard sees of the lane, and what he does with a car that waits.
#include <algorithm>
#include <cmath>

#include "lane_controller.hpp"
#include "values/json.hpp"

namespace menshen::gate {

void LaneController::guard_open(const std::string& guard) {
    const auto id = host_.next_authorisation();
    // The opening belongs to the car that is shown, if one waits: its outcome and passage are told of it.
    auto* arrival = find(shown_);
    const bool waits = arrival != nullptr && arrival->authorisation == 0;
    if (waits) {
        arrival->authorisation = id;
        arrival->by = guard;
        refer(*arrival, false);
    }
    feed(lane::Grant{authorisation(id, waits ? shown_ : 0, waits ? arrival->decision.plate : "", guard)});
}

// ---- fleet mode

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

// ---- cars that wait

const Arrival* LaneController::referred(ArrivalId id) const {
    const auto it = arrivals_.find(id);
    return it != arrivals_.end() && it->second.authorisation == 0 ? &it->second : nullptr;
}

Status LaneController::guard_admit(ArrivalId id, const std::string& plate, const std::string& guard) {
    auto* arrival = find(id);
    if (arrival == nullptr || arrival->authorisation != 0)
        return {Errc::not_found, "this car has left or was let in already"};
    arrival->decision.verdict = Verdict::grant;
    arrival->decision.reason = Reason::guard_admitted;
    arrival->decision.plate = plate;
    arrival->by = guard;
    arrival->authorisation = host_.next_authorisation();
    refer(*arrival, false);
    announce(*arrival);
    feed(lane::Grant{authorisation(arrival->authorisation, id, plate, guard)});
    return {};
}

Status LaneController::guard_refuse(ArrivalId id, const std::string& guard) {
    auto* arrival = find(id);
    if (arrival == nullptr || arrival->authorisation != 0)
        return {Errc::not_found, "this car has left or was let in already"};
    ++arrival->judging;  // a look-up under way must not overrule him
    arrival->decision.verdict = Verdict::deny;
    arrival->decision.reason = Reason::guard_refused;
    arrival->by = guard;
    refer(*arrival, false);
    announce(*arrival);
    host_.passed(passed_json(*arrival, config_.direction));
    host_.lane_changed(config_.id);
    return {};
}

boost::json::object LaneController::view() const {
    const auto it = arrivals_.find(shown_);
    const Arrival* arrival = it != arrivals_.end() ? &it->second : last_ ? &*last_ : nullptr;
    boost::json::object out;
    if (arrival != nullptr) put_decision(out, arrival->decision);
    out["id"] = config_.id;
    out["name"] = config_.name;
    out["direction"] = to_string(config_.direction);
    out["phase"] = lane::to_string(state_.phase);
    const auto& s = state_.sensors;
    out["sensors"] = {{"approach", to_string(s.approach)},
                      {"under", to_string(s.under)},
                      {"photocell", to_string(s.photocell)},
                      {"arm", to_string(s.arm)},
                      {"fire", to_string(s.fire)}};
    out["arrival"] = it != arrivals_.end() ? shown_ : 0;
    out["candidates"] = arrival ? candidates_json(*arrival) : boost::json::array{};
    out["permit"] = arrival ? permit_json(*arrival) : nullptr;
    out["by"] = arrival ? arrival->by : "";
    out["colour"] = to_string(arrival ? arrival->claim.colour : PlateColour::unknown);
    out["at"] = arrival ? format_local(arrival->at) : "";
    out["crop"] = arrival ? crop_id(arrival->claim) : "";
    out["scene"] = scene_;
    out["scene_at"] = scene_.empty() ? "" : format_local(scene_at_);
    out["hold"] = nullptr;
    if (hold_) out["hold"] = {{"by", hold_->by}, {"until", hold_->until ? format_local(*hold_->until) : ""}};
    out["queue"] = state_.queue.size();
    out["camera"] = {{"id", beat_.camera},
                     {"state", beat_.state},
                     {"fps", beat_.fps},
                     {"width", beat_.width},
                     {"height", beat_.height},
                     {"detail", beat_.detail},
                     {"plate_width", std::lround(read_width_)}};
    return out;
}

void LaneController::append_referred(boost::json::array& out) const {
    for (const auto& [id, arrival] : arrivals_) {
        if (arrival.referred) out.push_back(referred_json(arrival));
    }
}

}  // namespace menshen::gate
