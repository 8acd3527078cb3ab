// Which build this is: a decision that comes out otherwise is told with both builds.
#pragma once

#include <string_view>

namespace menshen::office {

/// "0.1.0+61a105e", as a gate says it of itself.
[[nodiscard]] std::string_view build_id();

}  // namespace menshen::office
