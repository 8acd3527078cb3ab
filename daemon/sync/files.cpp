#include "sync/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace menshen::sync {

namespace {

constexpr std::size_t most_text = std::size_t{1} << 20;

Error failure(const std::filesystem::path& file) {
    const int why = errno;
    const Errc code = why == ENOENT ? Errc::not_found : why == EACCES || why == EPERM ? Errc::denied : Errc::io;
    return {code, file.string() + ": " + std::strerror(why)};
}

struct Descriptor {
    int fd = -1;
    explicit Descriptor(int of) : fd(of) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

bool write_whole(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Status sync_folder(const std::filesystem::path& folder) {
    const Descriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return open.fd >= 0 && ::fsync(open.fd) == 0 ? Status() : Status(failure(folder));
}

}  // namespace

Status replace_file(const std::filesystem::path& file, std::string_view text, mode_t mode, std::optional<Owner> owner) {
    auto coming = file;
    coming += ".coming";
    ::unlink(coming.c_str());  // left by a power cut
    {
        const Descriptor out(::open(coming.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (out.fd < 0) return failure(coming);
        if (!write_whole(out.fd, text)) return failure(coming);
        if (owner && ::fchown(out.fd, owner->user, owner->group) != 0) return failure(coming);
        if (::fchmod(out.fd, mode) != 0 || ::fsync(out.fd) != 0) return failure(coming);
    }
    if (::rename(coming.c_str(), file.c_str()) != 0) return failure(file);
    return sync_folder(file.parent_path());
}

Result<std::string> read_text(const std::filesystem::path& file) {
    const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (in.fd < 0) return failure(file);
    std::string text(most_text + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto got = ::read(in.fd, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failure(file);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > most_text) return {Errc::invalid, file.string() + ": is longer than 1 MiB"};
    text.resize(size);
    return text;
}

Status remove_file(const std::filesystem::path& file) {
    if (::unlink(file.c_str()) != 0) return errno == ENOENT ? Status() : Status(failure(file));
    return sync_folder(file.parent_path());
}

}  // namespace menshen::sync
