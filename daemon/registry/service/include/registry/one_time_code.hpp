// A code that a person types once: twenty letters and digits that nobody takes for others (100 bits), in groups of
// five. Only its hash is kept.
#pragma once

#include <string>
#include <string_view>

#include "registry/digest.hpp"

namespace menshen::registry {

// What codes are for.
inline constexpr std::string_view gate_code = "gate code:";
inline constexpr std::string_view invitation_code = "invitation:";

/// XXXXX-XXXXX-XXXXX-XXXXX
[[nodiscard]] std::string new_one_time_code();
/// As a person types it: blanks, hyphens and case do not matter. `purpose` keeps codes of one kind from passing for
/// another's.
[[nodiscard]] Digest hash_of_code(std::string_view purpose, std::string_view typed);

}  // namespace menshen::registry
