// The token of a session in a request: a cookie for browsers, a bearer for tools.
#pragma once

#include "call.hpp"

namespace menshen::registry::server {

inline constexpr std::string_view cookie_name = "menshen_registry";

struct Token {
    std::string text;          // empty: none
    bool from_cookie = false;  // a browser sends it by itself: what changes something must come from our own page
};
[[nodiscard]] Token token_of(const Call& call);
/// The Origin is the very host that the request was sent to.
[[nodiscard]] bool origin_is_ours(const Call& call);

}  // namespace menshen::registry::server
