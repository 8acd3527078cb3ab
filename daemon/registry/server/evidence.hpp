// Where pictures lie: by their hash, in 256 folders.
#pragma once

#include "bundle/hash.hpp"
#include "registry/data_folder.hpp"

namespace menshen::registry::server {

inline constexpr std::size_t max_picture = std::size_t{4} << 20;

/// `sha256`: 64 hex digits.
[[nodiscard]] inline std::filesystem::path evidence_file(const DataFolder& folder, const std::string& sha256) {
    return folder.evidence() / sha256.substr(0, 2) / sha256.substr(2);
}

}  // namespace menshen::registry::server
