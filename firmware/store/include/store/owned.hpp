// Opening a database file as its owner: lock, check, migrate; what is damaged is set aside, never repaired in place.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "store/database.hpp"
#include "store/migrations.hpp"
#include "values/time.hpp"

namespace menshen::store {

/// Held while a process owns a database file: an exclusive flock on "<file>.lock". A second owner is refused.
class OwnerLock {
  public:
    [[nodiscard]] static Result<OwnerLock> take(const std::filesystem::path& database_file);
    OwnerLock(OwnerLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    OwnerLock& operator=(OwnerLock&& other) noexcept;
    ~OwnerLock();

  private:
    explicit OwnerLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

/// A damaged database that was renamed, with its -wal, so that a person can look at it.
struct SetAside {
    std::filesystem::path as;  // "<file>.set-aside-20261122T083000Z"
    std::string why;
};

struct Owned {
    OwnerLock lock;
    Database database;                  // the writer
    bool created = false;               // there was no file, or it was set aside
    std::optional<SetAside> set_aside;  // tell a person: what it held is no longer in use
};

struct OwnedOptions {
    std::int32_t application_id = 0;  // PRAGMA application_id: another program's database is foreign and set aside
    std::span<const Migration> migrations;
    Options connection;
    std::int64_t check_whole_up_to = 64 << 20;  // bytes; larger files get the whole check later, by Database::check()
    std::optional<std::string> distrust;        // set aside without looking: why (it was found damaged while in use)
    bool refuse_damaged =
        false;  // Errc::corrupt instead, the file stays: only a person can say which backup replaces it
};

/// A database in the making is called "<file>.new"; only when it is whole and on the disk it gets its name. What a
/// start that was cut off left under that name is removed silently: nothing was ever kept in it.
inline constexpr std::string_view unfinished_suffix = ".new";

/// Errc::denied: another process owns it. Errc::io: the folder cannot be written. A corrupt, truncated, zero-length or
/// foreign file is set aside and a new empty database made; `now` only names the file set aside.
[[nodiscard]] Result<Owned> open_owned(const std::filesystem::path& file, const OwnedOptions& options, UtcTime now);

}  // namespace menshen::store
