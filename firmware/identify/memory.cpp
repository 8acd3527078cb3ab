#include "memory.hpp"

#include <algorithm>

namespace menshen {
namespace {

constexpr std::size_t most_known = 64;
constexpr auto flicker = seconds(5);                     // a detector's gap, a pedestrian in front
constexpr auto parked_again = std::chrono::minutes(15);  // a lorry in front of a parked car
constexpr double near = 2;                               // widths
constexpr double same_place = 0.35;
constexpr double far_from = 3;

bool unmoved(const Track& track, const Known& known) {
    const double ratio = static_cast<double>(track.spot.width) / static_cast<double>(std::max(known.spot.width, 1.0F));
    return distance(track.spot, known.spot) <= same_place && distance(track.first_spot, known.spot) <= same_place &&
           ratio > 0.85 && ratio < 1.18;
}

/// It drove through. It is the same passage as long as it is still in view, or was hidden by the arm for a moment.
bool same_passage(const Track& track, const Known& known, const std::string& plate, Duration gap, Duration lost) {
    if (plate.empty() || plate != known.plate) return false;
    if (known.in_view) return distance(track.spot, known.spot) <= far_from;
    return gap <= 2 * lost && distance(track.first_spot, known.spot) <= near;
}

bool same_visit(const Track& track, const Known& known, const std::string& plate, double likelihood, Duration gap,
                const IdentifyPolicy& policy) {
    if (!plate.empty() && plate == known.plate) {
        return gap <= policy.same_car || (known.parked && gap <= parked_again && unmoved(track, known));
    }
    if (known.in_view) return false;  // two plates at a time are two cars
    const bool close = distance(track.first_spot, known.spot) <= near;
    if (plate.empty() && known.plate.empty() && gap <= parked_again && unmoved(track, known)) return true;
    if (plate.empty() || known.plate.empty()) return close && gap <= flicker;
    const bool both_sure = likelihood >= policy.sure && known.likelihood >= policy.sure;
    return !both_sure && close && gap <= flicker && edit_distance(plate, known.plate) <= 1;
}

}  // namespace

void Memory::remember(Known known) {
    if (known_.size() >= most_known) {
        auto victim = std::find_if(known_.begin(), known_.end(), [](const Known& k) { return !k.in_view; });
        known_.erase(victim == known_.end() ? known_.begin() : victim);
    }
    known_.push_back(std::move(known));
}

Known* Memory::find(ArrivalId arrival) {
    const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& k) { return k.arrival == arrival; });
    return found == known_.end() ? nullptr : &*found;
}

Known* Memory::same_car(const Track& track, const std::string& plate, double likelihood, const IdentifyPolicy& policy) {
    for (auto known = known_.rbegin(); known != known_.rend(); ++known) {
        const Duration gap = track.first_seen - known->last_seen;
        const bool same = known->passed ? same_passage(track, *known, plate, gap, policy.lost)
                                        : same_visit(track, *known, plate, likelihood, gap, policy);
        if (same) return &*known;
    }
    return nullptr;
}

}  // namespace menshen
