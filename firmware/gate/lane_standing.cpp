// The third part of LaneController: a grant belongs to one car, and the loop does not say whose wheels are on it. A
// listed car parked in view must not open for a stranger who drives past it.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "lane_controller.hpp"

namespace menshen::gate {

namespace {

constexpr auto lately = seconds(3);        // a plate read within this is in view
constexpr float nearer = 1.15F;            // times as wide: that car is in front
constexpr float grown = 1.08F;             // times as wide as when first seen: it has driven up
constexpr float shifted = 0.25F;           // of its width to the side: it has driven
constexpr auto withheld_for = seconds(2);  // then a person decides

bool is_of(const Read& read, const Arrival& arrival) {
    const auto& candidates = arrival.claim.candidates;
    return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) { return c.plate == read.text; });
}

}  // namespace

/// Every read of an arrival's plate tells where that car is.
void LaneController::follow(const Read& read) {
    std::vector<ArrivalId> proven;
    for (auto& [id, arrival] : arrivals_) {
        if (arrival.unread || !is_of(read, arrival)) continue;
        arrival.width = read_width_;
        arrival.x = read_x_;
        arrival.seen = host_.now().mono;
        if (arrival.withheld && arrival.by == "menshen" && standing(arrival) == Standing::here) proven.push_back(id);
    }
    for (const auto id : proven) {
        auto* arrival = find(id);
        if (arrival == nullptr) continue;
        arrival->withheld.reset();
        arrival->decision = {};
        judge(id);
    }
}

bool LaneController::in_view(const Arrival& arrival) const {
    return !arrival.gone && host_.now().mono - arrival.seen <= lately;
}

LaneController::Standing LaneController::standing(const Arrival& arrival) const {
    if (!config_.machine.has_approach || arrival.unread) return Standing::here;
    for (const auto& [id, other] : arrivals_) {
        if (id == arrival.claim.arrival || !in_view(other)) continue;
        if (other.width > nearer * arrival.width) return Standing::another;
    }
    const bool moved =
        arrival.width > grown * arrival.first_width || std::abs(arrival.x - arrival.first_x) > shifted * arrival.width;
    return arrival.on_loop || moved ? Standing::here : Standing::unclear;
}

void LaneController::withhold(AuthorisationId id) {
    auto* arrival = by_authorisation(id);
    if (arrival == nullptr) return;
    spdlog::info("lane {}: {} is granted, but another car may stand on the loop", config_.id, arrival->decision.plate);
    arrival->authorisation = 0;
    arrival->withheld = host_.now().mono;
}

/// It has not driven up, and somebody stands there: the guard looks.
void LaneController::watch_withheld(Instant now) {
    for (auto& [id, arrival] : arrivals_) {
        if (!arrival.withheld || arrival.referred || now - *arrival.withheld < withheld_for) continue;
        if (state_.sensors.approach != Level::occupied) {
            arrival.withheld = now;  // that car has gone again; the grant stays with this one
            continue;
        }
        if (standing(arrival) == Standing::another) continue;  // the car in front has its own decision
        arrival.decision.verdict = Verdict::refer;
        arrival.decision.reason = Reason::uncertain;
        refer(arrival, true);
        host_.lane_changed(config_.id);
    }
}

}  // namespace menshen::gate
