// Small files, whole into memory. Blocks; any thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "files/descriptor.hpp"
#include "files/error.hpp"

namespace menshen::files {

inline constexpr std::size_t small = std::size_t{1} << 20;  // bytes

/// At most `most` bytes. Errc::invalid: it is longer; Errc::not_found, Errc::denied, Errc::io. Follows a link.
[[nodiscard]] Result<std::string> read_small(const std::filesystem::path& file, std::size_t most = small);
/// The same of one that is open, from where it stands: for who must look at it (its owner, its mode) before he believes
/// it. `name` is for messages.
[[nodiscard]] Result<std::string> read_small(const Descriptor& in, const std::filesystem::path& name,
                                             std::size_t most = small);
/// Up to `into.size()` bytes and their number. No copy stays anywhere else: what is secret may be read so.
[[nodiscard]] Result<std::size_t> read_into(const std::filesystem::path& file, std::span<char> into);

}  // namespace menshen::files
