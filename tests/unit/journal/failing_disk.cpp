#include "failing_disk.hpp"

#include <sqlite3.h>

#include <map>
#include <memory>

namespace menshen::journal {

namespace {

std::function<bool()>& is_full() {
    static std::function<bool()> full;
    return full;
}

/// The usual methods with our write in place of theirs. `methods` comes first: SQLite sees only that.
struct Patched {
    sqlite3_io_methods methods;
    const sqlite3_io_methods* original;
};

int write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
    const auto* original = reinterpret_cast<const Patched*>(file->pMethods)->original;
    sqlite3_int64 size = 0;
    original->xFileSize(file, &size);
    if (offset + bytes > size && is_full()()) return SQLITE_FULL;
    return original->xWrite(file, data, bytes, offset);
}

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    auto* usual = static_cast<sqlite3_vfs*>(vfs->pAppData);
    const int code = usual->xOpen(usual, name, file, flags, out);
    if (file->pMethods == nullptr) return code;
    static std::map<const sqlite3_io_methods*, std::unique_ptr<Patched>> known;
    auto& patched = known[file->pMethods];
    if (!patched) {
        patched = std::make_unique<Patched>(Patched{*file->pMethods, file->pMethods});
        patched->methods.xWrite = write;
    }
    file->pMethods = &patched->methods;
    return code;
}

}  // namespace

void use_failing_disk(std::function<bool()> full) {
    is_full() = std::move(full);
    static sqlite3_vfs vfs;
    if (vfs.zName != nullptr) return;
    auto* usual = sqlite3_vfs_find(nullptr);
    vfs = *usual;
    vfs.zName = failing_disk;
    vfs.pAppData = usual;
    vfs.xOpen = open;
    sqlite3_vfs_register(&vfs, 0);
}

}  // namespace menshen::journal
