// Static files, and the headers that every answer carries.
#pragma once

#include <string_view>

#include "reply.hpp"

namespace menshen::panel {

/// The embedded file at `path` ("/" is the start page), or a problem.
[[nodiscard]] Reply page(std::string_view path);

/// Content policy and the like: nothing from elsewhere, no frames, no guessing of types.
void add_security_fields(http::fields& fields, bool tls);

}  // namespace menshen::panel
