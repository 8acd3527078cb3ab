#include "files/descriptor.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "files/error.hpp"

namespace menshen::files {

namespace {

Errc code_of(int reason) {
    switch (reason) {
        case ENOENT:
        case ENOTDIR:  // a part of the path is a file: nothing is below it
            return Errc::not_found;
        case EEXIST:
            return Errc::conflict;
        case EACCES:
        case EPERM:
            return Errc::denied;
        case ENOSPC:
        case EDQUOT:
            return Errc::exhausted;
        default:
            return Errc::io;
    }
}

}  // namespace

void Descriptor::close() noexcept {
    if (fd_ < 0) return;
    const int before = errno;
    ::close(std::exchange(fd_, -1));
    errno = before;
}

Error failure(const std::filesystem::path& path, int reason) {
    return {code_of(reason), path.string() + ": " + std::strerror(reason)};
}

Error failure(const std::filesystem::path& path) {
    return failure(path, errno);
}

}  // namespace menshen::files
