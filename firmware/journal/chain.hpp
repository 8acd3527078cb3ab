// The hashes of one event; journal.hpp says over what.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "values/event.hpp"

namespace menshen::journal {

using Hash = std::array<std::uint8_t, 32>;
using Salt = std::array<std::uint8_t, 16>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] Hash sha256(ByteView bytes);
[[nodiscard]] Hash first_link(std::string_view log_id);
[[nodiscard]] Hash hash_body(ByteView salt, std::string_view body);
/// The next link: over the link before, the event's fields (without its body) and the hash of its body.
[[nodiscard]] Hash next_link(const Hash& before, const Event& event, ByteView body_hash);
[[nodiscard]] Salt new_salt();
[[nodiscard]] std::string to_hex(ByteView bytes);
/// 64 lower-case hex digits: such a name is safe in a path.
[[nodiscard]] bool is_sha256_name(std::string_view name);

}  // namespace menshen::journal
