// The Range field (RFC 9110, section 14): one range of bytes; several are as none.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace menshen::registry::server {

struct ByteRange {
    std::uint64_t from = 0;
    std::uint64_t size = 0;
    bool whole = true;        // nothing was asked that we heed: 200
    bool impossible = false;  // 416
};

/// Of a file of `total` bytes.
[[nodiscard]] ByteRange range_in(std::string_view field, std::uint64_t total);

}  // namespace menshen::registry::server
