#include <algorithm>

#include "registry/entities.hpp"
#include "slug.hpp"

namespace menshen::registry {

bool is_slug(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

Status check_scope_name(std::string_view name) {
    if (!is_slug(name)) return {Errc::invalid, "a scope's name has 1 to 32 characters of a-z, 0-9 and '-'"};
    if (name == "local") return {Errc::invalid, "'local' is what a gate writes itself; take another name"};
    return {};
}

}  // namespace menshen::registry
