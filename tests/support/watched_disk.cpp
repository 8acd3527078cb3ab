#include "support/watched_disk.hpp"

#include <sqlite3.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace menshen::support {

namespace {

namespace fs = std::filesystem;
constexpr const char* suffix = ".synced";

/// The usual methods with ours in place of some. `methods` comes first: SQLite sees only that.
struct Patched {
    sqlite3_io_methods methods;
    const sqlite3_io_methods* original;
};

struct Watch {
    std::mutex mutex;
    DiskHook hook;
    std::function<void(const fs::path&)> opening;
    std::map<const sqlite3_io_methods*, std::unique_ptr<Patched>> patched;
    std::map<const sqlite3_file*, fs::path> names;
};

Watch& watch() {
    static Watch the;
    return the;
}

int ask(DiskStep step, const sqlite3_file* file) {
    DiskHook hook;
    fs::path name;
    {
        const std::lock_guard lock(watch().mutex);
        hook = watch().hook;
        name = watch().names[file];
    }
    return hook ? hook(step, name) : SQLITE_OK;
}

const sqlite3_io_methods& original(const sqlite3_file* file) {
    return *reinterpret_cast<const Patched*>(file->pMethods)->original;
}

int write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
    if (const int no = ask(DiskStep::write, file); no != SQLITE_OK) return no;
    return original(file).xWrite(file, data, bytes, offset);
}

int sync(sqlite3_file* file, int flags) {
    if (const int no = ask(DiskStep::sync, file); no != SQLITE_OK) return no;
    const int done = original(file).xSync(file, flags);
    (void)ask(DiskStep::synced, file);
    return done;
}

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    auto* usual = static_cast<sqlite3_vfs*>(vfs->pAppData);
    std::function<void(const fs::path&)> opening;
    {
        const std::lock_guard lock(watch().mutex);
        opening = watch().opening;
    }
    if (opening && name != nullptr) opening(name);
    const int code = usual->xOpen(usual, name, file, flags, out);
    if (file->pMethods == nullptr || name == nullptr) return code;
    const std::lock_guard lock(watch().mutex);
    auto& patched = watch().patched[file->pMethods];
    if (!patched) {
        patched = std::make_unique<Patched>(Patched{*file->pMethods, file->pMethods});
        patched->methods.xWrite = write;
        patched->methods.xSync = sync;
    }
    file->pMethods = &patched->methods;
    watch().names[file] = name;
    return code;
}

void register_once() {
    static sqlite3_vfs vfs;
    if (vfs.zName != nullptr) return;
    auto* usual = sqlite3_vfs_find(nullptr);
    vfs = *usual;
    vfs.zName = "watched-disk";
    vfs.pAppData = usual;
    vfs.xOpen = open;
    sqlite3_vfs_register(&vfs, 1);
}

fs::path safe_copy(const fs::path& file) {
    return fs::path(file).concat(suffix);
}

std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    return files;
}

}  // namespace

void watch_disk(DiskHook hook) {
    {
        const std::lock_guard lock(watch().mutex);
        watch().hook = std::move(hook);
    }
    register_once();
}

void watch_opening(std::function<void(const fs::path&)> hook) {
    {
        const std::lock_guard lock(watch().mutex);
        watch().opening = std::move(hook);
    }
    register_once();
}

void remember_synced(const fs::path& file) {
    const auto half = fs::path(file).concat(".half");
    fs::copy_file(file, half, fs::copy_options::overwrite_existing);
    fs::rename(half, safe_copy(file));  // at once: another thread may end the process meanwhile
}

void power_cut(const fs::path& folder) {
    for (const auto& file : files_of(folder)) {
        const auto name = file.filename().string();
        const bool database = name.ends_with(".db") || name.ends_with(".db-wal") || name.ends_with(".db-journal") ||
                              name.ends_with(".db.new") || name.ends_with(".db.new-wal");
        const auto made_as = safe_copy(fs::path(file).concat(".new"));  // it was renamed when it was whole
        if (database && fs::exists(safe_copy(file)))
            fs::rename(safe_copy(file), file);
        else if (database && fs::exists(made_as))
            fs::rename(made_as, file);
        else if (database)
            fs::resize_file(file, 0);
        else if (name.ends_with(".db-shm") || name.ends_with(".db.new-shm"))
            fs::remove(file);
    }
    all_synced(folder);
}

void all_synced(const fs::path& folder) {
    for (const auto& file : files_of(folder)) {
        const auto name = file.filename().string();
        if (name.ends_with(suffix) || name.ends_with(".half")) fs::remove(file);
    }
    for (const auto& file : files_of(folder)) {
        const auto name = file.filename().string();
        if (name.ends_with(".db") || name.ends_with(".db-wal") || name.ends_with(".db.new")) remember_synced(file);
    }
}

}  // namespace menshen::support
