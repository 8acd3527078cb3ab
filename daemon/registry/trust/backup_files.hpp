// Files of a data folder on their way into a backup and out of it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "registry/data_folder.hpp"

namespace menshen::registry {

inline constexpr const char* backup_note = "backup.json";

/// With mode 0700. Errc::conflict: there is something in it.
[[nodiscard]] Status make_empty_folder(const std::filesystem::path& folder);
/// With its mode; on the disk when this returns.
[[nodiscard]] Status copy_durably(const std::filesystem::path& from, const std::filesystem::path& to);
/// Certificates with their keys, the root's public key, the key set; no signing key.
[[nodiscard]] Status copy_identity(const DataFolder& from, const DataFolder& to);
/// How many.
[[nodiscard]] Result<std::int64_t> copy_pictures(const DataFolder& from, const DataFolder& to);
[[nodiscard]] Result<Digest> hash_of_file(const std::filesystem::path& file);

}  // namespace menshen::registry
