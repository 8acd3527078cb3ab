// Fields of a row that must be understood: {"crit":["escort"],"escort":true,…}.
#pragma once

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace menshen::bundle {

/// The critical fields of the row that this build, which knows `known`, does not know. Not empty: the row is stored and
/// digested, and never grants, nor does a row that refers to it; a block still denies (I21). A `crit` that is no list
/// of texts is itself what is not known: {"crit"}.
[[nodiscard]] std::vector<std::string> unknown_critical(const boost::json::object& body,
                                                        std::span<const std::string_view> known);

}  // namespace menshen::bundle
