// Where pictures lie: by their hash, in 256 folders.
#pragma once

#include "bundle/hash.hpp"
#include "registry/data_folder.hpp"

namespace menshen::registry::server {

/// `sha256`: 64 hex digits.
[[nodiscard]] inline std::filesystem::path evidence_file(const DataFolder& folder, const std::string& sha256) {
    return folder.evidence() / sha256.substr(0, 2) / sha256.substr(2);
}

/// On the disk, with its name, when this returns: only then is it stored. A file of that name that holds anything else
/// (a crash, a damaged disk) is replaced. One at a time: `bytes` have that hash.
[[nodiscard]] Status keep_picture(const DataFolder& folder, const std::string& sha256, std::string_view bytes);

/// Removes what a crash has left unfinished; before the first keep_picture().
void remove_unfinished_pictures(const DataFolder& folder);

}  // namespace menshen::registry::server
