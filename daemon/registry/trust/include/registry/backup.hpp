// A registry's backup, and a registry made of one.
//
// A backup is a folder: registry.db as of one moment, the certificates of the authority and the server with their keys,
// the root's public key and the key set, evidence/, and backup.json, written last: without it there is none. The secret
// signing keys are not in it: who restores has the offline root sign a new one. The folder is secret all the same
// (certificates' keys, people).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "registry/data_folder.hpp"
#include "registry/store.hpp"
#include "values/time.hpp"

namespace menshen::registry {

struct Backup {
    UtcTime made{};
    std::int64_t epoch = 0;  // of the key set
    std::int64_t audit = 0;  // entries, proved whole
    std::int64_t bytes = 0;  // of registry.db
    std::string sha256;      // of registry.db
    std::int64_t pictures = 0;
};

/// Of a registry that runs, by a reader of its own process, on any thread. `into`: not there yet, or empty.
/// Errc::corrupt: the audit's chain in the copy does not hold. After an error nothing of it is left.
[[nodiscard]] Result<Backup> back_up(const DataFolder& from, Reader& reader, const std::filesystem::path& into,
                                     UtcTime now);
/// The same of one that does not run. Errc::denied: it does.
[[nodiscard]] Result<Backup> back_up_resting(const DataFolder& from, const std::filesystem::path& into, UtcTime now);

/// What backup.json says. Errc::not_found: there is no whole backup.
[[nodiscard]] Result<Backup> read_backup(const std::filesystem::path& folder);

struct Restored {
    Backup of;
    std::int64_t epoch = 0;           // gates take whole lists at it; never one that was before
    std::string kid;                  // the new signing key
    std::int64_t withdrawn = 0;       // one-time codes of the backup, of users and gates, that are worth nothing now
    std::optional<std::string> code;  // of the first administrator, where there was no user yet
};

/// A registry out of a backup, in a folder that is not there yet, or empty. The offline root signs a key set with a new
/// epoch and one new signing key; those before no longer count, sessions have ended, and one-time codes are withdrawn:
/// they may have been used since. What was changed after the backup is not in it; events come again from the gates that
/// still have them. Errc::corrupt: the backup is not what it was. Errc::denied: another registry's root.
[[nodiscard]] Result<Restored> restore(const std::filesystem::path& backup, const DataFolder& into,
                                       const std::filesystem::path& root_key, const Now& now);

}  // namespace menshen::registry
