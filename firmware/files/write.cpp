#include "files/write.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace menshen::files {

namespace fs = std::filesystem;

Status replace(const fs::path& file, std::string_view bytes, const Options& options) {
    auto coming =
        Unfinished::create(options.unfinished.empty() ? fs::path(file).concat(".coming") : options.unfinished);
    if (!coming) return coming.error();
    auto done = coming->append(bytes);
    if (done) done = coming->give(options.mode, options.owner);
    return done ? coming->put(file) : done;
}

Status write_new(const fs::path& file, std::string_view bytes, mode_t mode) {
    auto coming = Unfinished::create_beside(file);
    if (!coming) return coming.error();
    auto done = coming->append(bytes);
    if (done) done = coming->give(mode);
    return done ? coming->put_new(file) : done;
}

Status rename(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return failure(to);
    auto done = sync_folder(to.parent_path());
    if (done && from.parent_path() != to.parent_path()) done = sync_folder(from.parent_path());
    return done;
}

Status remove(const fs::path& file) {
    if (::unlink(file.c_str()) == 0) return sync_folder(file.parent_path());
    auto failed = failure(file);
    return failed.code == Errc::not_found ? Status() : Status(std::move(failed));
}

Status sync_folder(const fs::path& folder) {
    const fs::path name = folder.empty() ? fs::path(".") : folder;
    const Descriptor open(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!open) return failure(name);
    // EINVAL: this file system (of a network, say) has nothing to sync in a folder
    return ::fsync(open.get()) == 0 || errno == EINVAL ? Status() : Status(failure(name));
}

Status sync_file(const fs::path& file) {
    const Descriptor open(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!open) return failure(file);
    return ::fsync(open.get()) == 0 ? Status() : Status(failure(file));
}

}  // namespace menshen::files
