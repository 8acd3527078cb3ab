// The third part of LaneController: a grant belongs to one car, and the loop does not say whose wheels are on it. A
// listed car parked in view must not open for a stranger who drives past it.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "lane_controller.hpp"

namespace menshen::gate {

namespace {

constexpr auto lately = seconds(3);             // a plate read within this is in view
constexpr float nearer = 1.15F;                 // times as wide: that car is in front
constexpr float grown = 1.08F;                  // times as wide as when first seen: it has driven up
constexpr float shifted = 0.25F;                // of its width to the side: it has driven
constexpr auto late_read = milliseconds(1500);  // a car on the loop may be read first when it has stopped there
constexpr auto late_loop = milliseconds(300);   // a loop's detector and a busy board's poll may be later than a camera
constexpr auto short_silence = seconds(1);      // of the board: no car rolls off a loop and another onto it in that
constexpr auto stands_for = seconds(1);         // seen for that long without having grown, a car stands
constexpr float further_back = 0.7F;            // of the usual width on the loop: one car length behind it
constexpr float as_near = 0.85F;                // of it: nobody stands between this car and the arm
constexpr auto withheld_for = seconds(2);       // then a person decides

constexpr std::size_t most_sights = 128;  // ten seconds and more of a quick camera

bool is_of(const std::string& text, const Arrival& arrival) {
    const auto& candidates = arrival.claim.candidates;
    return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) { return c.plate == text; });
}

}  // namespace

void LaneController::restore_widths(const std::vector<int>& widths) {
    for (const auto width : widths) at_loop_.add(static_cast<float>(width));
}

void LaneController::watch_loop(Level approach) {
    const auto now = host_.now().mono;
    if (approach == Level::unknown) {
        if (!loop_unknown_since_) loop_unknown_since_ = now;
        return;
    }
    forget_loop(now);
    loop_unknown_since_.reset();
    if (approach == Level::clear) {
        leave_loop(true);
    } else if (!loop_since_) {
        loop_since_ = now;
        for (auto& [id, arrival] : arrivals_) arrival.on_loop = came_with_loop(arrival);
    }
}

/// A lost answer of the board, or a late one, hides no change of cars; silence that lasts does.
void LaneController::forget_loop(Instant now) {
    if (loop_unknown_since_ && now - *loop_unknown_since_ > short_silence) leave_loop(false);
}

void LaneController::leave_loop(bool seen_clear) {
    loop_since_.reset();
    loop_was_clear_ = seen_clear;
    // Who comes to the loop next is another car, until it is seen to be one of these.
    for (auto& [id, arrival] : arrivals_) arrival.on_loop = false;
}

/// It came into view when somebody came to the loop, or later. Who was in view before that must have moved.
bool LaneController::came_with_loop(const Arrival& arrival) const {
    return loop_since_ && loop_was_clear_ && arrival.claim.first_seen >= *loop_since_ - late_loop;
}

/// Every read of an arrival's plate tells where that car is.
void LaneController::follow(const Read& read) {
    sights_.push_back({read.text, read.captured, read_width_, read_x_});
    if (sights_.size() > most_sights) sights_.pop_front();
    std::vector<ArrivalId> proven;
    for (auto& [id, arrival] : arrivals_) {
        if (arrival.unread || !is_of(read.text, arrival)) continue;
        arrival.width = read_width_;
        arrival.x = read_x_;
        arrival.seen = host_.now().mono;
        arrival.gone = false;
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

/// Where its plate was when it came into view: it may have driven some way before it was claimed.
void LaneController::first_sight(Arrival& arrival) const {
    arrival.first_width = arrival.width = read_width_;
    arrival.first_x = arrival.x = read_x_;
    const auto first = std::find_if(sights_.begin(), sights_.end(), [&](const Sight& sight) {
        return sight.captured >= arrival.claim.first_seen && is_of(sight.text, arrival);
    });
    if (first == sights_.end()) return;
    arrival.first_width = first->width;
    arrival.first_x = first->x;
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
    const auto usual = at_loop_.usual();
    if (usual && arrival.width < further_back * *usual) return Standing::unclear;
    const bool moved =
        arrival.width > grown * arrival.first_width || std::abs(arrival.x - arrival.first_x) > shifted * arrival.width;
    bool here = arrival.on_loop || moved;
    // First seen when somebody had stood on the loop for a while: it is read late, if it stands; it is the next in
    // line, if it drives up.
    if (loop_since_ && arrival.claim.first_seen > *loop_since_ + late_read) {
        const bool stands = !moved && arrival.seen - arrival.claim.first_seen >= stands_for;
        here = moved ? usual && arrival.width > as_near * *usual : arrival.on_loop && stands;
    }
    return here ? Standing::here : Standing::unclear;
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
        hand_to_guard(arrival, Reason::uncertain, "another_car");
    }
}

}  // namespace menshen::gate
