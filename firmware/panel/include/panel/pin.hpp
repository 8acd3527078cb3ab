// Rules for guards' names and PINs, the same on the page and at the server.
#pragma once

#include <string_view>

#include "values/result.hpp"

namespace menshen::panel {

/// 1..32 characters of UTF-8 without control characters, not blank at either end.
[[nodiscard]] Status check_name(std::string_view name);

/// 6..12 digits that are not one digit repeated, a run up or down, or a short group repeated.
[[nodiscard]] Status check_pin(std::string_view pin);

}  // namespace menshen::panel
