// Bytes and text, as hashes and signatures take them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bundle/hash.hpp"

namespace menshen::bundle {

[[nodiscard]] inline ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Standard alphabet, padded, no white space.
[[nodiscard]] std::string to_base64(ByteView bytes);
/// Only what to_base64 writes: one text for the same bytes. At most `most` bytes.
[[nodiscard]] Result<std::string> from_base64(std::string_view text, std::size_t most);
/// The same into exactly `out.size()` bytes, which need not be wiped after it fails; false otherwise.
[[nodiscard]] bool from_base64(std::string_view text, std::span<std::uint8_t> out);
/// Exactly `out.size()` bytes in lower-case hex; false otherwise.
[[nodiscard]] bool from_hex(std::string_view hex, std::span<std::uint8_t> out);

}  // namespace menshen::bundle
