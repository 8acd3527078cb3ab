// Which build this is: in the boot event, for replay, and as the clock's floor.
#pragma once

#include <string_view>

#include "values/time.hpp"

namespace menshen::gate {

/// "0.1.0+61a105e".
[[nodiscard]] std::string_view build_id();
/// Of the commit: no true clock stands before it.
[[nodiscard]] UtcTime build_time();

}  // namespace menshen::gate
