#include "journal/presence.hpp"

namespace menshen::journal {

namespace {

/// An empty zone is not kept, so that equal books compare equal.
void fall(std::map<std::string, int>& zones, const std::string& zone) {
    const auto at = zones.find(zone);
    if (at != zones.end() && --at->second <= 0) zones.erase(at);
}

}  // namespace

void PresenceBook::leave(const PlatePresence& presence) {
    fall(zones_, presence.zone);
    if (!presence.permit) return;
    const auto at = inside_.find(*presence.permit);
    if (at != inside_.end() && --at->second <= 0) inside_.erase(at);
}

void PresenceBook::apply(const PassageRecord& passage, UtcTime at) {
    const auto known = passage.plate.empty() ? plates_.end() : plates_.find(passage.plate);
    if (known != plates_.end()) {
        if (known->second.inside) leave(known->second);
    } else if (!passage.entered) {
        fall(zones_, passage.zone);
    }
    if (passage.entered) {
        ++zones_[passage.zone];
        if (passage.permit) uses_[*passage.permit] = {uses_of(*passage.permit) + 1, at};
    }
    if (passage.plate.empty()) return;
    if (passage.entered && passage.permit) ++inside_[*passage.permit];
    plates_[passage.plate] = {passage.entered, passage.zone, at, passage.entered ? passage.permit : std::nullopt};
}

const PlatePresence* PresenceBook::of(const std::string& plate) const {
    const auto at = plates_.find(plate);
    return at != plates_.end() ? &at->second : nullptr;
}

int PresenceBook::inside_with(const PermitKey& permit, const std::string& except) const {
    const auto at = inside_.find(permit);
    const int all = at != inside_.end() ? at->second : 0;
    const auto* one = except.empty() ? nullptr : of(except);
    return one != nullptr && one->inside && one->permit == permit ? all - 1 : all;
}

int PresenceBook::uses_of(const PermitKey& permit) const {
    const auto at = uses_.find(permit);
    return at != uses_.end() ? at->second.count : 0;
}

int PresenceBook::inside_zone(const std::string& zone) const {
    const auto at = zones_.find(zone);
    return at != zones_.end() ? at->second : 0;
}

void PresenceBook::forget_old(UtcTime now) {
    for (auto at = plates_.begin(); at != plates_.end();) {
        const auto& presence = at->second;
        const bool old = presence.since < now - (presence.inside ? inside_kept : outside_kept);
        if (old && presence.inside) leave(presence);
        at = old ? plates_.erase(at) : std::next(at);
    }
    std::erase_if(uses_, [&](const auto& one) { return one.second.last < now - uses_kept; });
}

void PresenceBook::copy_uses(const PermitKey& permit, const PresenceBook& other) {
    const auto at = other.uses_.find(permit);
    if (at != other.uses_.end()) uses_[permit] = at->second;
}

void PresenceBook::set_zone(const std::string& zone, int inside) {
    if (inside > 0) {
        zones_[zone] = inside;
    } else {
        zones_.erase(zone);
    }
}

void PresenceBook::set_plate(const std::string& plate, PlatePresence presence) {
    if (presence.inside && presence.permit) ++inside_[*presence.permit];
    plates_[plate] = std::move(presence);
}

}  // namespace menshen::journal
