#include "reserve.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstring>

namespace menshen::journal {

namespace fs = std::filesystem;

std::int64_t Reserve::free_bytes() const {
    struct statvfs disk {};
    if (::statvfs(file_.parent_path().c_str(), &disk) != 0) return 0;
    return static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
}

bool Reserve::held() const {
    std::error_code failed;
    return bytes_ == 0 || static_cast<std::int64_t>(fs::file_size(file_, failed)) == bytes_;
}

Status Reserve::take() {
    if (held()) return {};
    if (free_bytes() < 2 * bytes_) {
        return {Errc::exhausted,
                fmt::format("{} bytes free, {} needed for the reserve of the journal", free_bytes(), 2 * bytes_)};
    }
    const int descriptor = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (descriptor < 0) return {Errc::io, fmt::format("{}: {}", file_.string(), std::strerror(errno))};
    // real blocks, not a hole: that is the whole point
    const int failed = ::posix_fallocate(descriptor, 0, bytes_);
    ::close(descriptor);
    if (failed == 0) return {};
    ::unlink(file_.c_str());
    return {failed == ENOSPC ? Errc::exhausted : Errc::io,
            fmt::format("{}: {}", file_.string(), std::strerror(failed))};
}

bool Reserve::release() {
    return bytes_ != 0 && ::unlink(file_.c_str()) == 0;
}

}  // namespace menshen::journal
