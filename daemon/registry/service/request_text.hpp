// A request as text, for the fingerprint that tells a repeat from another request under the same key.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <optional>
#include <string>
#include <vector>

#include "registry/permit_office.hpp"
#include "values/json_fields.hpp"

namespace menshen::registry {

[[nodiscard]] inline std::string print_of(std::string_view action, const Request& request, boost::json::object what) {
    what["action"] = action;
    what["if_version"] = json_or_null(request.if_version);
    return fingerprint(boost::json::serialize(what));
}

[[nodiscard]] inline boost::json::array json_of(const std::vector<Presented>& all) {
    boost::json::array out;
    for (const auto& each : all) out.push_back({{"kind", menshen::to_string(each.kind)}, {"value", each.value}});
    return out;
}

/// Of a repeat that was found, or of the failure to look.
[[nodiscard]] inline Result<Answer> answer_from(Result<std::optional<Answer>> before) {
    if (!before) return before.error();
    return std::move(**before);
}

}  // namespace menshen::registry
