// What one permit says of one car at this lane now, without regard to how well the plate was read.
#pragma once

#include <optional>

#include "decide/decide.hpp"

namespace menshen {

struct PermitOutcome {
    Reason reason = Reason::default_denied;
    const Credential* credential = nullptr;
    const Permit* permit = nullptr;
};

/// Of all permits that the list holds for `plate` the one with the best outcome; none if there is no permit.
[[nodiscard]] std::optional<PermitOutcome> best_permit(const DecideInput& input, std::string_view plate);

/// Whole days until the permit ends; none for permanent permits, ended ones, and while the clock is unset.
[[nodiscard]] std::optional<int> days_left(const DecideInput& input, const Permit& permit);

[[nodiscard]] const Presence* presence_of(const DecideInput& input, std::string_view plate);

}  // namespace menshen
