// The one-time code of a gate: twenty letters and digits that nobody takes for others, in groups of five.
#pragma once

#include <string>
#include <string_view>

#include "registry/digest.hpp"

namespace menshen::registry::server {

[[nodiscard]] std::string new_gate_code();
/// As a person types it: blanks, hyphens and case do not matter.
[[nodiscard]] Digest hash_of_gate_code(std::string_view typed);

}  // namespace menshen::registry::server
