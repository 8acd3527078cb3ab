// What the gate answers, and why.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "values/claim.hpp"
#include "values/permit.hpp"

namespace menshen {

enum class Verdict { deny, grant, refer };  // refer: a person decides

/// Stable codes: stored for years, shown as a sentence. Never renumbered, never reused.
enum class Reason {
    // grant
    permit_valid = 1,
    visitor_valid = 2,
    emergency_vehicle = 3,
    exit_open = 4,   // out opens for any car
    look_alike = 5,  // G3, off by default
    fleet_mode = 6,
    fire_mode = 7,
    guard_admitted = 8,
    // deny
    blocked = 20,
    expired = 21,
    not_yet_valid = 22,
    outside_schedule = 23,
    wrong_zone = 24,
    suspended = 25,
    cancelled = 26,
    uses_exhausted = 27,
    lockdown = 28,
    unknown_critical = 29,
    held = 30,           // may not leave
    order_missing = 31,  // official car without an approved order
    guard_refused = 32,
    default_denied = 33,  // something failed; rule 1
    // refer
    unknown_plate = 40,
    unreadable = 41,
    uncertain = 42,       // best candidate below the grant threshold
    ambiguous = 43,       // two listed plates are look-alikes of what was read
    already_inside = 44,  // soft anti-passback
    holder_limit = 45,    // 一位多车: all places of the permit taken
    zone_full = 46,
    escort_required = 47,
    clock_unset = 48,  // a timed permit cannot be judged
    list_unavailable = 49,
    slow_storage = 50,
};

/// Extra conditions that a decision raises besides its verdict.
enum class Notice { watchlist, maybe_cloned, stale_list, leaves_uncounted };

struct Decision {
    Verdict verdict = Verdict::deny;
    Reason reason = Reason::default_denied;
    std::string plate;      // the candidate decided on; empty if none
    double likelihood = 0;  // of that candidate
    double margin = 0;      // to the next candidate; stored for G3
    std::optional<std::int64_t> permit_id;
    std::optional<std::int64_t> credential_id;
    std::optional<int> days_left;  // whole days until the permit ends
    std::vector<Notice> notices;
    friend bool operator==(const Decision&, const Decision&) = default;
};

[[nodiscard]] Verdict verdict_of(Reason reason);
[[nodiscard]] std::string_view to_string(Verdict verdict);
[[nodiscard]] std::string_view to_string(Reason reason);  // the stable key, e.g. "outside_schedule"
[[nodiscard]] std::string_view to_string(Notice notice);
/// One sentence for the guard's screen and the LED board.
[[nodiscard]] Bilingual sentence(Reason reason);
[[nodiscard]] std::span<const Reason> all_reasons();

}  // namespace menshen
