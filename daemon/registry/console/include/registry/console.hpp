// The administrators' console as the registry serves it.
#pragma once

#include <optional>
#include <string_view>

#include "pages/pages.hpp"

namespace menshen::registry::console {

/// "/" is the start page; nothing: there is no such file.
[[nodiscard]] std::optional<pages::Page> page(std::string_view path);

}  // namespace menshen::registry::console
