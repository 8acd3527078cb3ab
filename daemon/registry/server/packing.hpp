// Lines of the feed on their way, compressed for who asks for it (Content-Encoding: zstd).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "call.hpp"

namespace menshen::registry::server {

/// Null: it would not be shorter.
[[nodiscard]] std::shared_ptr<const std::string> packed_form(std::string_view text);

/// Texts that are longer are packed where they are made, not by the loop.
inline constexpr std::size_t packed_by_loop = std::size_t{64} << 10;

/// If the caller takes it and it is worth it.
void pack(const Call& call, Reply& reply);

}  // namespace menshen::registry::server
