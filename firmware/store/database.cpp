#include "store/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace menshen::store {

namespace {

Errc errc_of(int code) {
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return Errc::exhausted;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Errc::corrupt;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Errc::timeout;
        case SQLITE_CONSTRAINT:
            return Errc::conflict;
        case SQLITE_CANTOPEN:
            return Errc::not_found;
        case SQLITE_MISUSE:
        case SQLITE_RANGE:
        case SQLITE_ERROR:
            return Errc::internal;
        default:
            return Errc::io;
    }
}

/// After each commit: counts the WAL's pages and checkpoints at the limit. Stands in for wal_autocheckpoint, which
/// hides the count from us. `where` is {pages, limit}.
int watch_wal(void* where, sqlite3* connection, const char*, int pages) {
    int* state = static_cast<int*>(where);
    state[0] = pages;
    if (state[1] > 0 && pages >= state[1]) {
        int left = 0;
        int moved = 0;
        const int code = sqlite3_wal_checkpoint_v2(connection, nullptr, SQLITE_CHECKPOINT_PASSIVE, &left, &moved);
        if (code == SQLITE_OK && left == moved) state[0] = 0;
    }
    return SQLITE_OK;
}

}  // namespace

Error error_of(sqlite3* connection, int code, std::string_view what) {
    const char* message = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    // the extended code tells a full disk from a broken one when the message does not
    const int extended = connection != nullptr ? sqlite3_extended_errcode(connection) : code;
    const std::string_view head = what.substr(0, what.find('\n'));
    return {errc_of(code), fmt::format("{} (SQLite {}) in: {}", message, extended, head.substr(0, 120))};
}

void Database::Close::operator()(sqlite3* connection) const noexcept {
    sqlite3_close_v2(connection);
}

Result<Database> Database::open(const std::filesystem::path& file, const Options& options) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (options.role != Role::reader) flags |= SQLITE_OPEN_CREATE;
    sqlite3* connection = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &connection, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
    Database database(connection);
    if (code != SQLITE_OK) return error_of(connection, code, "open").in(file.string());
    if (auto done = database.configure(options); !done) return done.error().in(file.string());
    return database;
}

Status Database::configure(const Options& options) {
    sqlite3* connection = connection_.get();
    sqlite3_busy_timeout(connection, static_cast<int>(options.busy.count()));
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    const std::string common =
        fmt::format("PRAGMA mmap_size=0; PRAGMA cache_size=-{}; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON;",
                    options.cache_kib);
    if (auto done = execute(common); !done) return done;
    if (options.role == Role::reader) {
        sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        return execute("PRAGMA wal_autocheckpoint=0; PRAGMA query_only=ON;");
    }
    if (options.role == Role::scratch || options.role == Role::builder) {
        // 4096: the page size that a new file gets; twice 2^31 is no bound at all
        return execute(fmt::format(
            "PRAGMA journal_mode={}; PRAGMA synchronous={}; PRAGMA locking_mode=EXCLUSIVE; "
            "PRAGMA page_size=4096; PRAGMA max_page_count={};",
            options.role == Role::scratch ? "OFF" : "DELETE", options.role == Role::scratch ? "OFF" : "FULL",
            options.most_bytes > 0 ? options.most_bytes / 4096 : 4294967294));
    }
    // 16 MiB: a WAL that grew in a large import shrinks again at the next checkpoint
    auto done = execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=16777216;");
    if (!done) return done;
    wal_[0] = 0;
    wal_[1] = options.checkpoint_pages;
    sqlite3_wal_hook(connection, watch_wal, wal_.get());
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return error_of(connection_.get(), code, sql);
    return Statement(statement);
}

Status Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error_of(connection_.get(), code, sql);
    return {};
}

Result<std::optional<std::int64_t>> Database::number(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return std::optional<std::int64_t>{};
    return statement->maybe_integer(0);
}

Status Database::checkpoint() {
    int left = 0;
    int moved = 0;
    // PASSIVE never waits; TRUNCATE would hold the writer while a reader reads
    const int code = sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &left, &moved);
    if (code != SQLITE_OK && code != SQLITE_BUSY) return error_of(connection_.get(), code, "checkpoint");
    if (left == moved) wal_[0] = 0;
    return {};
}

int Database::wal_pages() const {
    return wal_[0];
}

std::int64_t Database::changes() const {
    return sqlite3_changes64(connection_.get());
}

Status Database::copy_to(const std::filesystem::path& file) {
    std::error_code failed;
    if (std::filesystem::exists(file, failed))
        return {Errc::conflict, file.string() + ": there is such a file already"};
    auto done = copy_into(file);
    if (!done) std::filesystem::remove(file, failed);
    return done;
}

Status Database::copy_into(const std::filesystem::path& file) {
    Options options;
    options.role = Role::builder;
    auto copy = open(file, options);
    if (!copy) return copy.error();
    auto* to = copy->connection_.get();
    auto* backup = sqlite3_backup_init(to, "main", connection_.get(), "main");
    if (backup == nullptr) return error_of(to, sqlite3_errcode(to), "copy").in(file.string());
    const int code = sqlite3_backup_step(backup, -1);  // in one go: what is read is one moment
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) return error_of(to, code, "copy").in(file.string());
    return copy->check();
}

Status Database::check() {
    auto statement = prepare("PRAGMA quick_check(1)");
    if (!statement) return statement.error();
    auto row = statement->step();
    if (!row) return row.error();
    const std::string finding(*row ? statement->text(0) : "no answer");
    if (finding != "ok") return {Errc::corrupt, finding};
    return {};
}

Result<Transaction> Transaction::begin(Database& database, Role role) {
    auto done = database.execute(role == Role::reader ? "BEGIN" : "BEGIN IMMEDIATE");
    if (!done) return done.error();
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    // after some errors SQLite has rolled back already; the second ROLLBACK then only says so
    if (database_ != nullptr) (void)database_->execute("ROLLBACK").ok();
}

Status Transaction::commit() {
    auto done = database_->execute("COMMIT");
    if (done) database_ = nullptr;
    return done;
}

}  // namespace menshen::store
