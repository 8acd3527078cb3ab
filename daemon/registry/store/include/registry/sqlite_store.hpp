// The registry in one SQLite file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "registry/head_maker.hpp"
#include "registry/store.hpp"

namespace menshen::registry {

struct SqliteOptions {
    std::filesystem::path file;
    bool create = false;  // Errc::not_found otherwise where there is none: an unmounted disk is no new registry
    int cache_kib = 64 << 10;
    std::string vfs;  // for tests
};

/// Errc::denied: another process owns the file. Errc::corrupt: it is damaged; it stays as it is, restore a backup.
/// `heads` must outlive the store and is called on its thread.
[[nodiscard]] Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options, HeadMaker& heads,
                                                               UtcTime now);

}  // namespace menshen::registry
