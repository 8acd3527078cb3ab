// Who is inside: a projection of the passage events. The journal keeps it in its database; the gate keeps a copy in
// memory and applies the same passages to it, so that a decision never waits for the disk. Plain values, no clock, no
// file.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "journal/records.hpp"
#include "values/time.hpp"

namespace menshen::journal {

struct PlatePresence {
    bool inside = false;
    std::string zone;
    UtcTime since{};                  // of the passage in or out
    std::optional<PermitKey> permit;  // that it entered with
    friend bool operator==(const PlatePresence&, const PlatePresence&) = default;
};

// How long what nobody renews is kept.
inline constexpr std::chrono::hours outside_kept{24 * 30};  // a plate that went out
inline constexpr std::chrono::hours inside_kept{24 * 90};   // a plate that came in: its way out was missed
inline constexpr std::chrono::hours uses_kept{24 * 400};    // how often a permit was used

class PresenceBook {
  public:
    /// Rules. In: the plate is inside that zone and in no other, the zone's count rises by one (unless it was inside it
    /// already: its way out was missed), the permit's uses rise by one. Out: the plate is outside; the count falls by
    /// one if it was inside, or if the plate is empty or never seen (it may have come in unread); never below zero.
    void apply(const PassageRecord& passage, UtcTime at);

    /// Nothing if the plate never passed, or so long ago that it was forgotten.
    [[nodiscard]] const PlatePresence* of(const std::string& plate) const;
    /// Cars inside with that permit, other than `except`.
    [[nodiscard]] int inside_with(const PermitKey& permit, const std::string& except = {}) const;
    /// Entries counted so far.
    [[nodiscard]] int uses_of(const PermitKey& permit) const;
    [[nodiscard]] int inside_zone(const std::string& zone) const;
    [[nodiscard]] const std::unordered_map<std::string, PlatePresence>& plates() const { return plates_; }
    [[nodiscard]] const std::map<std::string, int>& zones() const { return zones_; }

    /// Forgets what happened too long before `now` (and takes cars forgotten inside off their zone's count): memory
    /// stays bounded. The journal does so with its database and book at start and once a day, and tells who keeps a
    /// copy.
    void forget_old(UtcTime now);

    void set_plate(const std::string& plate, PlatePresence presence);
    void set_uses(const PermitKey& permit, int uses, UtcTime last) { uses_[permit] = {uses, last}; }
    /// As `other` has them.
    void copy_uses(const PermitKey& permit, const PresenceBook& other);
    void set_zone(const std::string& zone, int inside);

    friend bool operator==(const PresenceBook&, const PresenceBook&) = default;

  private:
    struct Uses {
        int count = 0;
        UtcTime last{};  // entry that counted
        friend bool operator==(const Uses&, const Uses&) = default;
    };
    void leave(const PlatePresence& presence);
    std::unordered_map<std::string, PlatePresence> plates_;
    std::map<PermitKey, int> inside_;  // cars inside with each permit
    std::map<PermitKey, Uses> uses_;
    std::map<std::string, int> zones_;
};

}  // namespace menshen::journal
