#include "link/config_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "files/read.hpp"
#include "files/write.hpp"

namespace menshen::link {

namespace {

Status make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return files::as_io(files::failure(folder));
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
    const files::Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!in) {
        const auto error = files::failure(file);
        if (error.code == Errc::not_found) return std::optional<std::string>{};
        return files::as_io(error);
    }
    struct stat is {};
    if (::fstat(in.get(), &is) != 0) return files::as_io(files::failure(file));
    if (is.st_uid != ::geteuid() || (is.st_mode & 077U) != 0) {
        return {Errc::denied, fmt::format("{}: others can read or change this file; make it yours alone: chmod 600 {}",
                                          file.string(), file.string())};
    }
    auto text = files::read_small(in, file);
    if (!text) return files::as_io(text.error());
    return std::optional(std::move(text).value());
}

Status ConfigFolder::write(const std::string& name, std::string_view text) const {
    const auto file = path_ / name;
    if (auto done = make_folder(path_); !done) return done;
    if (auto done = make_folder(file.parent_path()); !done) return done;
    // each process has a name of its own: two may write at once
    const auto beside = file.string() + fmt::format(".{}.new", ::getpid());
    auto done = files::replace(file, text, {.unfinished = beside});
    return done ? done : files::as_io(done.error());
}

Status ConfigFolder::remove(const std::string& name) const {
    auto done = files::remove(path_ / name);
    return done ? done : files::as_io(done.error());
}

}  // namespace menshen::link
