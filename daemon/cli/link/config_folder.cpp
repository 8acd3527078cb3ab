#include "link/config_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace menshen::link {

namespace {

constexpr std::size_t largest = std::size_t{1} << 20;  // bytes of a file of ours

/// A descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

Error failed(const std::filesystem::path& path) {
    return {Errc::io, fmt::format("{}: {}", path.string(), std::strerror(errno))};
}

Status make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return failed(folder);
}

Status write_all(int fd, std::string_view text, const std::filesystem::path& path) {
    while (!text.empty()) {
        const auto n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed(path);
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return ::fsync(fd) == 0 ? Status() : Status(failed(path));
}

}  // namespace

ConfigFolder ConfigFolder::of_this_user() {
    if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/') {
        return ConfigFolder(std::filesystem::path(config) / "menshen");
    }
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0') {
        const auto* entry = ::getpwuid(::geteuid());
        home = entry != nullptr ? entry->pw_dir : "/";
    }
    return ConfigFolder(std::filesystem::path(home) / ".config" / "menshen");
}

Result<std::optional<std::string>> ConfigFolder::read(const std::string& name) const {
    const auto file = path_ / name;
    const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>{};
        return failed(file);
    }
    struct stat is {};
    if (::fstat(fd.get(), &is) != 0) return failed(file);
    if (is.st_uid != ::geteuid() || (is.st_mode & 077U) != 0) {
        return {Errc::denied, fmt::format("{}: others can read or change this file; make it yours alone: chmod 600 {}",
                                          file.string(), file.string())};
    }
    std::string text(std::min(static_cast<std::size_t>(is.st_size), largest), '\0');
    std::size_t at = 0;
    while (at < text.size()) {
        const auto n = ::read(fd.get(), text.data() + at, text.size() - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed(file);
        if (n == 0) break;
        at += static_cast<std::size_t>(n);
    }
    text.resize(at);
    return std::optional(std::move(text));
}

Status ConfigFolder::write(const std::string& name, std::string_view text) const {
    const auto file = path_ / name;
    if (auto done = make_folder(path_); !done) return done;
    if (auto done = make_folder(file.parent_path()); !done) return done;
    const auto beside = file.string() + fmt::format(".{}.new", ::getpid());
    {
        const Descriptor fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (fd.get() < 0) return failed(beside);
        if (auto done = write_all(fd.get(), text, beside); !done) return ::unlink(beside.c_str()), done;
    }
    if (::rename(beside.c_str(), file.c_str()) == 0) return {};
    const auto error = failed(file);
    ::unlink(beside.c_str());
    return error;
}

Status ConfigFolder::remove(const std::string& name) const {
    const auto file = path_ / name;
    if (::unlink(file.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
    return failed(file);
}

}  // namespace menshen::link
