#include "store/owned.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "files/write.hpp"

namespace menshen::store {

namespace fs = std::filesystem;

namespace {

std::string stamp(UtcTime now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

/// Renames the file and its -wal; the -shm is made anew by whoever looks at it.
Result<SetAside> set_aside(const fs::path& file, std::string why, UtcTime now) {
    const fs::path base = file.string() + ".set-aside-" + stamp(now);
    fs::path target = base;
    std::error_code failed;
    for (int n = 2; fs::exists(target, failed); ++n) target = base.string() + fmt::format("-{}", n);
    fs::rename(file, target, failed);
    if (failed) return {Errc::io, fmt::format("{}: cannot be set aside: {}", file.string(), failed.message())};
    fs::rename(file.string() + "-wal", target.string() + "-wal", failed);  // often there is none
    fs::remove(file.string() + "-wal", failed);
    fs::remove(file.string() + "-shm", failed);
    return SetAside{target, std::move(why)};
}

/// What can be seen without SQLite: it would take an empty file for a new database, and say nothing.
Status look_at_header(const fs::path& file) {
    constexpr std::string_view magic("SQLite format 3\0", 16);
    std::array<char, 100> header{};
    std::ifstream in(file, std::ios::binary);
    if (!in) return {Errc::io, fmt::format("{}: cannot be read: {}", file.string(), std::strerror(errno))};
    in.read(header.data(), header.size());
    if (in.gcount() == 0) return {Errc::corrupt, "the file is empty"};
    if (in.gcount() < static_cast<std::streamsize>(header.size())) return {Errc::corrupt, "the file is cut off"};
    if (std::string_view(header.data(), magic.size()) != magic) return {Errc::corrupt, "not a database of SQLite"};
    return {};
}

Status look_inside(Database& database, const fs::path& file, const OwnedOptions& options) {
    auto id = database.number("PRAGMA application_id");
    if (!id) return id.error();
    if (*id != options.application_id) return {Errc::corrupt, "a database of another program"};
    auto tables = database.number("SELECT count(*) FROM migration");
    if (!tables) return {Errc::corrupt, "its tables cannot be read: " + tables.error().message};
    // with the WAL moved into the file, the file must hold every page that it counts
    if (auto done = database.checkpoint(); !done) return done;
    auto pages = database.number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
    if (!pages) return pages.error();
    std::error_code failed;
    const auto size = static_cast<std::int64_t>(fs::file_size(file, failed));
    if (database.wal_pages() == 0 && size < pages->value_or(0)) return {Errc::corrupt, "the file is cut off"};
    if (size <= options.check_whole_up_to) return database.check();
    return {};
}

Status check_existing(const fs::path& file, const OwnedOptions& options) {
    if (options.distrust) return {Errc::corrupt, *options.distrust};
    if (auto done = look_at_header(file); !done) return done;
    auto database = Database::open(file, options.connection);
    if (!database) return database.error();
    return look_inside(*database, file, options);
}

/// Tables and all, with nothing left in the WAL when it is closed.
Status make(const fs::path& file, const OwnedOptions& options) {
    auto database = Database::open(file, options.connection);
    if (!database) return database.error();
    auto done = database->execute(fmt::format("PRAGMA application_id={}", options.application_id));
    if (done) done = migrate(*database, options.migrations);
    if (done) done = database->checkpoint();
    if (!done) return done.error().in(file.string());
    if (database->wal_pages() != 0) return {Errc::internal, fmt::format("{}: its WAL stays full", file.string())};
    return {};
}

void remove_with_wal(const fs::path& file) {
    std::error_code ignored;
    for (const char* part : {"", "-wal", "-shm", "-journal"}) fs::remove(file.string() + part, ignored);
}

/// A start that ends half way leaves no half database behind: it is made whole under another name, then renamed.
/// SQLite has synced it by then: a checkpoint does.
Status create(const fs::path& file, const OwnedOptions& options) {
    const fs::path unfinished = file.string() + std::string(unfinished_suffix);
    remove_with_wal(unfinished);
    auto done = make(unfinished, options);
    if (!done) {
        remove_with_wal(unfinished);
        return done;
    }
    std::error_code failed;
    for (const char* part : {"-wal", "-shm"}) fs::remove(file.string() + part, failed);  // of a file that is gone
    fs::rename(unfinished, file, failed);
    if (failed) return {Errc::io, fmt::format("{}: cannot be made: {}", file.string(), failed.message())};
    auto synced = files::sync_folder(file.parent_path());
    return synced ? synced : files::as_io(synced.error());  // who is denied here would read of another process
}

Result<Database> open_checked(const fs::path& file, const OwnedOptions& options) {
    auto database = Database::open(file, options.connection);
    if (!database) return database.error();
    if (auto done = migrate(*database, options.migrations); !done) return done.error().in(file.string());
    return database;
}

/// The last database of that name that was set aside.
std::optional<fs::path> last_set_aside(const fs::path& file) {
    const std::string begin = file.filename().string() + ".set-aside-";
    std::optional<fs::path> last;
    std::error_code failed;
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(begin) || name.ends_with("-wal")) continue;
        if (!last || last->filename().string() < name) last = entry.path();
    }
    return last;
}

/// The file may stay as it is, or must be made; then says also what was set aside.
struct Found {
    bool missing = false;
    std::optional<SetAside> set_aside;
};

Result<Found> look_at(const fs::path& file, const OwnedOptions& options, UtcTime now) {
    std::error_code failed;
    if (!fs::exists(file, failed)) {
        // a start that ended between setting aside and making anew told nobody
        auto before = last_set_aside(file);
        if (!before) return Found{true, std::nullopt};
        return Found{true, SetAside{*before, "it was found damaged at a start that did not come to its end"}};
    }
    auto checked = check_existing(file, options);
    if (checked) return Found{};
    if (checked.error().code != Errc::corrupt || options.refuse_damaged) return checked.error().in(file.string());
    auto renamed = set_aside(file, checked.error().message, now);
    if (!renamed) return renamed.error();
    return Found{true, std::move(renamed).value()};
}

}  // namespace

Result<OwnerLock> OwnerLock::take(const fs::path& database_file) {
    const std::string name = database_file.string() + ".lock";
    const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0) return {Errc::io, fmt::format("{}: {}", name, std::strerror(errno))};
    OwnerLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return {Errc::denied,
                    fmt::format("{} is in use by another process; stop that first", database_file.string())};
        }
        return {Errc::io, fmt::format("{}: {}", name, std::strerror(errno))};
    }
    return lock;
}

OwnerLock& OwnerLock::operator=(OwnerLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

OwnerLock::~OwnerLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<Owned> open_owned(const fs::path& file, const OwnedOptions& options, UtcTime now) {
    std::error_code failed;
    if (file.has_parent_path()) fs::create_directories(file.parent_path(), failed);
    auto lock = OwnerLock::take(file);
    if (!lock) return lock.error();
    auto found = look_at(file, options, now);
    if (!found) return found.error();
    if (found->missing) {
        if (auto done = create(file, options); !done) return done.error();
    }
    auto database = open_checked(file, options);
    if (!database) return database.error();
    return Owned{std::move(lock).value(), std::move(database).value(), found->missing, std::move(found->set_aside)};
}

}  // namespace menshen::store
