#include "registry/sqlite_store.hpp"

#include <fmt/format.h>

#include "accounts_table.hpp"
#include "commits.hpp"
#include "directory_table.hpp"
#include "events_table.hpp"
#include "fleet_table.hpp"
#include "store/migrations.hpp"
#include "store/owned.hpp"
#include "tables.hpp"

namespace menshen::registry {

std::span<const store::Migration> migrations();

namespace {

constexpr std::int32_t application_id = 0x4D53'5247;  // "MSRG"

/// Secrets of users lie in it. What SQLite makes beside it later has the same mode.
void keep_private(const std::filesystem::path& file) {
    using std::filesystem::perms;
    std::error_code failed;
    for (const char* part : {"", "-wal", "-shm"}) {
        std::filesystem::permissions(file.string() + part, perms::owner_read | perms::owner_write, failed);
    }
}

Status copy(store::Database& from, const std::filesystem::path& file) {
    auto done = from.copy_to(file);
    if (done) keep_private(file);
    return done;
}

/// The reading parts on one connection.
struct ReadingParts {
    explicit ReadingParts(Sql& sql) : scopes(sql), directory(sql, scopes), feed(sql, scopes), events(sql), audit(sql) {}
    ScopesTable scopes;
    DirectoryTable directory;
    FeedReader feed;
    EventReader events;
    AuditTable audit;
};

class SqliteReader final : public Reader {
  public:
    explicit SqliteReader(store::Database database) : sql_(std::move(database)), parts_(sql_) {}
    [[nodiscard]] Directory& directory() override { return parts_.directory; }
    [[nodiscard]] Feed& feed() override { return parts_.feed; }
    [[nodiscard]] EventSearch& events() override { return parts_.events; }
    [[nodiscard]] AuditTrail& audit() override { return parts_.audit; }
    [[nodiscard]] Status copy_to(const std::filesystem::path& file) override { return copy(sql_.database(), file); }

  private:
    Sql sql_;
    ReadingParts parts_;
};

class SqliteStore final : public Store {
  public:
    SqliteStore(store::Owned owned, SqliteOptions options, HeadMaker& heads)
        : options_(std::move(options)),
          lock_(std::move(owned.lock)),
          sql_(std::move(owned.database)),
          parts_(sql_),
          tables_(sql_, heads),
          commits_(tables_),
          intake_(sql_),
          accounts_(sql_),
          fleet_(sql_) {}

    [[nodiscard]] Directory& directory() override { return parts_.directory; }
    [[nodiscard]] Feed& feed() override { return parts_.feed; }
    [[nodiscard]] EventSearch& events() override { return parts_.events; }
    [[nodiscard]] AuditTrail& audit() override { return parts_.audit; }
    [[nodiscard]] Status copy_to(const std::filesystem::path& file) override { return copy(sql_.database(), file); }
    [[nodiscard]] Commits& commits() override { return commits_; }
    [[nodiscard]] EventIntake& intake() override { return intake_; }
    [[nodiscard]] Accounts& accounts() override { return accounts_; }
    [[nodiscard]] Fleet& fleet() override { return fleet_; }

    [[nodiscard]] Result<std::unique_ptr<Reader>> reader() override {
        store::Options options;
        options.role = store::Role::reader;
        options.cache_kib = options_.cache_kib;
        options.vfs = options_.vfs;
        auto database = store::Database::open(options_.file, options);
        if (!database) return database.error();
        return std::unique_ptr<Reader>(std::make_unique<SqliteReader>(std::move(database).value()));
    }
    [[nodiscard]] Status checkpoint() override { return sql_.database().checkpoint(); }

  private:
    SqliteOptions options_;
    store::OwnerLock lock_;
    Sql sql_;
    ReadingParts parts_;
    Tables tables_;
    SqliteCommits commits_;
    EventsTable intake_;
    AccountsTable accounts_;
    FleetTable fleet_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options, HeadMaker& heads, UtcTime now) {
    std::error_code failed;
    if (!options.create && !std::filesystem::exists(options.file, failed)) {
        return {Errc::not_found, fmt::format("{}: there is no registry; `init` makes one", options.file.string())};
    }
    store::OwnedOptions owned_options;
    owned_options.application_id = application_id;
    owned_options.migrations = migrations();
    owned_options.connection.cache_kib = options.cache_kib;
    owned_options.connection.vfs = options.vfs;
    owned_options.refuse_damaged = true;
    auto owned = store::open_owned(options.file, owned_options, now);
    if (!owned) return owned.error();
    if (owned->created) keep_private(options.file);
    return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(owned).value(), options, heads));
}

}  // namespace menshen::registry
