#pragma once

#include <string_view>

namespace menshen::registry {

/// [a-z0-9-]{1,32}: what site files and addresses name things by.
[[nodiscard]] bool is_slug(std::string_view text);

}  // namespace menshen::registry
