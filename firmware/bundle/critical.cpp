#include "bundle/critical.hpp"

#include <algorithm>

namespace menshen::bundle {

std::vector<std::string> unknown_critical(const boost::json::object& body, std::span<const std::string_view> known) {
    const auto* list = body.if_contains("crit");
    if (list == nullptr) return {};
    if (!list->is_array()) return {"crit"};
    std::vector<std::string> unknown;
    for (const auto& value : list->get_array()) {
        const auto* name = value.if_string();
        if (name == nullptr) return {"crit"};
        const std::string_view text(name->data(), name->size());
        if (std::find(known.begin(), known.end(), text) == known.end()) unknown.emplace_back(text);
    }
    return unknown;
}

}  // namespace menshen::bundle
