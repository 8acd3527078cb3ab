#include "files/unfinished.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "files/write.hpp"

namespace menshen::files {

namespace {

namespace fs = std::filesystem;

/// 0, or why not.
int rename_over_nothing(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // NFS, say, cannot rename so; a FAT stick, which cannot link, can
    if (::link(from.c_str(), to.c_str()) != 0) return errno;
    ::unlink(from.c_str());
    return 0;
}

}  // namespace

Result<Unfinished> Unfinished::create(const fs::path& name) {
    ::unlink(name.c_str());
    Descriptor out(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!out) return failure(name);
    return Unfinished(name, std::move(out));
}

Result<Unfinished> Unfinished::create_beside(const fs::path& file) {
    std::string name = file.string() + ".XXXXXX";
    Descriptor out(::mkostemp(name.data(), O_CLOEXEC));
    if (!out) return failure(file);
    return Unfinished(name, std::move(out));
}

Unfinished::~Unfinished() {
    if (out_) ::unlink(name_.c_str());
}

Status Unfinished::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(out_.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return failure(name_, written < 0 ? errno : EIO);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Status Unfinished::give(mode_t mode, const std::optional<Owner>& owner) {
    // the owner first: a change of that may take bits from the mode
    if (owner && ::fchown(out_.get(), owner->user, owner->group) != 0) return failure(name_);
    return ::fchmod(out_.get(), mode) == 0 ? Status() : Status(failure(name_));
}

Status Unfinished::sync_bytes() const {
    return ::fsync(out_.get()) == 0 ? Status() : Status(failure(name_));
}

Status Unfinished::put(const fs::path& file) {
    if (auto done = sync_bytes(); !done) return done;
    if (::rename(name_.c_str(), file.c_str()) != 0) return failure(file);
    out_.close();
    return sync_folder(file.parent_path());
}

Status Unfinished::put_new(const fs::path& file) {
    if (auto done = sync_bytes(); !done) return done;
    if (const int reason = rename_over_nothing(name_, file); reason != 0) return failure(file, reason);
    out_.close();
    return sync_folder(file.parent_path());
}

}  // namespace menshen::files
