// Where a request comes from: Host against DNS rebinding, Origin against other pages, the session cookie.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reply.hpp"

namespace menshen::panel {

inline constexpr std::string_view cookie_name = "menshen_panel";

/// The Host names one of `names` (any port: a forwarded port is another one). Names are lower case, IPv6 in brackets.
[[nodiscard]] bool host_is_ours(const Request& request, const std::vector<std::string>& names);

/// The Origin is the very scheme, host and port that the request was sent to. A missing one is refused: browsers send
/// it.
[[nodiscard]] bool origin_is_ours(const Request& request, bool tls);

/// The session token of the cookie, or empty.
[[nodiscard]] std::string_view token_of(const Request& request);

[[nodiscard]] std::string session_cookie(std::string_view token, bool tls, long max_age_s);

}  // namespace menshen::panel
