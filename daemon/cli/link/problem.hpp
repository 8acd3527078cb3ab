// A registry's refusal (RFC 9457) as an Error whose words a person can act on.
#pragma once

#include <boost/json/object.hpp>

#include "link/http.hpp"

namespace menshen::link {

/// The body as an object; empty: it is none.
[[nodiscard]] boost::json::object object_in(const HttpAnswer& answer);
/// See Registry for the codes.
[[nodiscard]] Error error_of(const HttpAnswer& answer, const boost::json::object& problem, bool chinese);

}  // namespace menshen::link
