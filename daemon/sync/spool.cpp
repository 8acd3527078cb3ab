#include "spool.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace menshen::sync {

Spool::Spool(const std::filesystem::path& folder, const std::string& name, std::int64_t size, std::int64_t most)
    : file_(folder / name) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        std::error_code ignored;
        if (entry.path() != file_) std::filesystem::remove(entry.path(), ignored);
    }
    if (size > most) return;
    // not synced, and kept where it is: what a power cut takes comes once more
    out_ = files::Descriptor(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    struct stat now {};
    if (!out_ || ::fstat(out_.get(), &now) != 0) {
        spdlog::warn("spool={} failed=\"{}\"", file_.string(), std::strerror(errno));
        return;
    }
    kept_ = now.st_size;
    if (kept_ > size) discard();  // not ours
}

Result<std::string> Spool::read(std::int64_t from, std::size_t most) const {
    std::string bytes(std::min(most, static_cast<std::size_t>(kept_ - from)), '\0');
    const auto got = ::pread(out_.get(), bytes.data(), bytes.size(), from);
    if (got <= 0) return {Errc::io, file_.string() + ": cannot be read"};
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

void Spool::append(std::string_view bytes) {
    if (!out_) return;
    while (!bytes.empty()) {
        const auto written = ::pwrite(out_.get(), bytes.data(), bytes.size(), kept_);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return discard();  // a full disk: go on without
        kept_ += written;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void Spool::discard() {
    out_.close();
    kept_ = 0;
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

}  // namespace menshen::sync
