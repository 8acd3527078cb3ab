// JSON pointers (RFC 6901) of fields.
#pragma once

#include <string>
#include <string_view>

namespace menshen::registry {

[[nodiscard]] inline std::string pointer(std::string_view key) {
    std::string out = "/";
    for (const char c : key.substr(0, 64)) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

[[nodiscard]] inline std::string pointer(std::string_view key, std::size_t index) {
    return pointer(key) + "/" + std::to_string(index);
}

}  // namespace menshen::registry
