#include "permit_rules.hpp"

#include <algorithm>

namespace menshen {
namespace {

constexpr std::size_t max_permits = 64;  // per listing; the contract of decide()

using Refusal = std::optional<Reason>;

Refusal by_standing(const Permit& permit) {
    if (!permit.unknown_critical.empty()) return Reason::unknown_critical;  // I21
    if (permit.state == PermitState::cancelled) return Reason::cancelled;
    if (permit.state == PermitState::suspended) return Reason::suspended;
    return std::nullopt;
}

Refusal by_time(const DecideInput& input, const Permit& permit) {
    if (!permit.valid_from && !permit.valid_until && !permit.schedule_id) return std::nullopt;
    if (input.clock == ClockState::unset) return Reason::clock_unset;
    if (permit.valid_from && input.local < *permit.valid_from) return Reason::not_yet_valid;
    if (permit.valid_until && input.local >= *permit.valid_until) return Reason::expired;
    if (!permit.schedule_id) return std::nullopt;
    const auto found = std::find_if(input.schedules.begin(), input.schedules.end(),
                                    [&](const Schedule& s) { return s.id == *permit.schedule_id; });
    if (found == input.schedules.end()) return Reason::default_denied;  // its hours cannot be known
    if (!allows(*found, input.calendar, input.local)) return Reason::outside_schedule;
    return std::nullopt;
}

Refusal by_place(const DecideInput& input, const Permit& permit) {
    const auto holds = [](const std::vector<std::string>& all, const std::string& here) {
        return all.empty() || std::find(all.begin(), all.end(), here) != all.end();
    };
    if (holds(permit.zones, input.zone) && holds(permit.access_points, input.access_point)) return std::nullopt;
    return Reason::wrong_zone;
}

bool surely_inside(const Policy& policy, const Presence& presence) {
    return presence.inside && (!presence.since || *presence.since <= policy.presence_expires);
}

/// What counts cars applies only where cars come in.
Refusal by_presence(const DecideInput& input, const Permit& permit, const Presence* presence) {
    if (input.direction == Direction::out) return std::nullopt;
    const int uses = presence != nullptr ? presence->permit_uses : 0;
    const int others = presence != nullptr ? presence->permit_inside : 0;
    if (permit.max_uses && uses >= *permit.max_uses) return Reason::uses_exhausted;
    const bool heeded = input.policy.soft_anti_passback && presence != nullptr;
    if (heeded && surely_inside(input.policy, *presence)) return Reason::already_inside;
    if (permit.max_inside && others >= *permit.max_inside) return Reason::holder_limit;
    const bool exempt = permit.permit_class == PermitClass::committee || permit.permit_class == PermitClass::emergency;
    const auto& capacity = input.policy.zone_capacity;
    if (capacity && !exempt && input.zone_inside >= *capacity) return Reason::zone_full;
    if (permit.escort) return Reason::escort_required;
    return std::nullopt;
}

Reason granted(const Permit& permit) {
    switch (permit.permit_class) {
        case PermitClass::emergency:
            return Reason::emergency_vehicle;
        case PermitClass::visitor:
        case PermitClass::group_visit:
            return Reason::visitor_valid;
        default:
            return Reason::permit_valid;
    }
}

Reason judge(const DecideInput& input, const Permit& permit, const Presence* presence) {
    if (const auto refused = by_standing(permit)) return *refused;
    if (const auto refused = by_place(input, permit)) return *refused;
    if (const auto refused = by_time(input, permit)) return *refused;
    if (const auto refused = by_presence(input, permit, presence)) return *refused;
    // Orders are not known at the gate yet (G14), so none is approved.
    if (input.direction == Direction::out && permit.order_required) return Reason::order_missing;
    return granted(permit);
}

/// Higher is better for the driver; among refusals, what tells the guard most about a permit that nearly held.
int rank(Reason reason) {
    switch (verdict_of(reason)) {
        case Verdict::grant:
            return reason == Reason::emergency_vehicle ? 101 : 100;
        case Verdict::refer:
            return 50;
        case Verdict::deny:
            break;
    }
    switch (reason) {
        case Reason::outside_schedule:
            return 9;
        case Reason::not_yet_valid:
            return 8;
        case Reason::expired:
            return 7;
        case Reason::uses_exhausted:
            return 6;
        case Reason::order_missing:
            return 5;
        case Reason::wrong_zone:
            return 4;
        case Reason::suspended:
            return 3;
        case Reason::unknown_critical:
            return 2;
        case Reason::cancelled:
            return 1;
        default:
            return 0;
    }
}

}  // namespace

const Presence* presence_of(const DecideInput& input, std::string_view plate) {
    for (const Presence& presence : input.presences) {
        if (presence.plate == plate) return &presence;
    }
    return nullptr;
}

std::optional<PermitOutcome> best_permit(const DecideInput& input, std::string_view plate) {
    std::optional<PermitOutcome> best;
    const Presence* presence = presence_of(input, plate);
    for (const Listing& listing : input.listings) {
        if (listing.plate != plate) continue;
        const std::size_t count = std::min(listing.permits.size(), max_permits);
        for (std::size_t i = 0; i < count; ++i) {
            const auto& [credential, permit] = listing.permits[i];
            const PermitOutcome outcome{judge(input, permit, presence), &credential, &permit};
            if (!best || rank(outcome.reason) > rank(best->reason)) best = outcome;
        }
    }
    return best;
}

std::optional<int> days_left(const DecideInput& input, const Permit& permit) {
    if (!permit.valid_until || input.clock == ClockState::unset || *permit.valid_until <= input.local)
        return std::nullopt;
    const auto days = std::chrono::floor<std::chrono::days>(*permit.valid_until - input.local).count();
    return static_cast<int>(std::min<std::int64_t>(days, 1'000'000));
}

}  // namespace menshen
