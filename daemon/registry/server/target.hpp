// A request's target as path and query.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "call.hpp"

namespace menshen::registry::server {

/// Sets path and query; the path's segments, decoded. Nothing: it is none, or a name stands twice in the query.
[[nodiscard]] std::optional<std::vector<std::string>> read_target(std::string_view target, Call& call);

}  // namespace menshen::registry::server
