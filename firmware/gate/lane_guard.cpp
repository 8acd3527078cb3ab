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
