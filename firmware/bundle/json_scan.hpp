// Is this text one JSON object, written without white space? Builds nothing: the caller keeps the bytes.
#pragma once

#include <string_view>

namespace menshen::bundle {

struct JsonLimits {
    int depth;         // objects and arrays within each other
    bool unique_keys;  // at most max_keys in an object, each once, none with an escape
};
inline constexpr int max_keys = 64;

struct JsonScanned {
    std::string_view object;      // from its { to its }
    std::string_view wrong;       // what is wrong, empty if nothing is
    const char* where = nullptr;  // and where
};

/// The object that `text` begins with. Whatever is found good here, Boost.JSON takes too.
[[nodiscard]] JsonScanned scan_object(std::string_view text, const JsonLimits& limits);

}  // namespace menshen::bundle
