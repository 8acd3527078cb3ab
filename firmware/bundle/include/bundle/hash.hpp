// SHA-256 and what the feed writes of bytes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::bundle {

using Hash = std::array<std::uint8_t, 32>;  // ordered as its bytes are
using ByteView = std::span<const std::uint8_t>;

/// Whole numbers of the feed (ids, sequence numbers, counts, milliseconds) lie in 0..this: beyond it not every reader
/// of JSON keeps them exactly (RFC 8259, section 6).
inline constexpr std::int64_t max_number = (std::int64_t{1} << 53) - 1;

/// What scopes, kinds, gates, keys and logs are called: 1 to 32 of a-z, 0-9, '_' and '-'.
[[nodiscard]] bool is_name(std::string_view text);
inline constexpr std::size_t max_name = 32;

[[nodiscard]] Hash sha256(std::string_view bytes);
[[nodiscard]] Hash sha256(ByteView bytes);

/// Lower case, two digits a byte.
[[nodiscard]] std::string to_hex(ByteView bytes);
/// Exactly as to_hex writes it. Errc::invalid otherwise.
[[nodiscard]] Result<Hash> hash_from_hex(std::string_view hex);

/// What a hash over few possible contents is salted with, so that it tells nothing of them.
using Salt = std::array<std::uint8_t, 16>;
/// Of the system's random numbers.
[[nodiscard]] Salt new_salt();

}  // namespace menshen::bundle
