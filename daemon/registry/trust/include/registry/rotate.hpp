// Another signing key, named by the offline root. The registry that serves takes it up at its next start.
#pragma once

#include <filesystem>
#include <string>

#include "bundle/key_set.hpp"
#include "registry/data_folder.hpp"
#include "values/time.hpp"

namespace menshen::registry {

struct Rotation {
    std::filesystem::path root_key;
    bool drop_others = false;  // a key was stolen: none of those before counts any more
};

/// The key set's next version: a new key at once, those before for thirty days more, so that gates that were away
/// follow. Their secrets are removed with them. Errc::denied: another registry's root.
[[nodiscard]] Result<bundle::KeySet> rotate(const DataFolder& folder, const Rotation& wanted, UtcTime now);

/// The secret root of this registry (its public key is in the folder).
[[nodiscard]] Result<bundle::NamedSecret> read_root(const std::filesystem::path& file, const DataFolder& folder);
/// A new signing key into the folder, named after the set's version and put in front of its keys; the set is signed and
/// takes the place of the one before.
[[nodiscard]] Status put_key_set(const DataFolder& folder, bundle::KeySet& set, const bundle::NamedSecret& root);

}  // namespace menshen::registry
