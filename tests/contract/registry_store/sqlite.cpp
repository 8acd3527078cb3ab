#include "bench.hpp"
#include "registry/sqlite_store.hpp"

namespace menshen::registry::test {

Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& folder, HeadMaker& heads, UtcTime now) {
    SqliteOptions options;
    options.file = folder / "registry.db";
    options.create = true;
    options.cache_kib = 4096;
    return open_sqlite_store(options, heads, now);
}

}  // namespace menshen::registry::test
