// menshen::store: a thin wrapper of SQLite's C API, shared by firmware/whitelist and firmware/journal, which alone open
// database files. Errors come back as Result; nothing here throws. A connection and what came from it belong to one
// thread at a time (they may be made on one thread and handed to the worker that keeps them).
//
// SQLite 3.7.0 to 3.51.2 (Debian 12 has 3.40.1) can lose commits when two connections write and checkpoint at the same
// instant. So a database file has one process, one writing connection that is also the only checkpointer, and readers
// that can neither write nor checkpoint (ARCHITECTURE rule 3).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "values/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace menshen::store {

using Bytes = std::span<const std::uint8_t>;

/// One prepared statement. Bound text and blobs are not copied: they must live until reset() or the next step to the
/// end.
class Statement {
  public:
    Statement() = default;

    /// Binds parameter `index` (1-based). A wrong index is a defect of the caller and shows in the next step().
    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view text);
    Statement& bind(int index, Bytes blob);
    Statement& bind_null(int index);
    Statement& bind(int index, const std::optional<std::int64_t>& value);

    /// true: a row is there; false: done (the statement has then been reset).
    [[nodiscard]] Result<bool> step();
    /// For statements without rows: steps to the end.
    [[nodiscard]] Status run();
    /// Ends the statement and drops its bindings. A reader resets at once so that the writer can checkpoint.
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const;
    /// Valid until the next step or reset. NULL is empty.
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] Bytes blob(int column) const;
    [[nodiscard]] bool is_null(int column) const;

  private:
    friend class Database;
    struct Finalise {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    std::unique_ptr<sqlite3_stmt, Finalise> statement_;
};

enum class Role {
    writer,   // the only one: writes, checkpoints; WAL, synchronous=FULL
    reader,   // query_only, never checkpoints
    scratch,  // a writer's notes for a while: no journal, no sync; of no worth after a crash
    builder,  // a new file that a writer will take over once it is whole: no WAL, synced at each commit
};

struct Options {
    Role role = Role::writer;
    std::chrono::milliseconds busy{2000};  // how long to wait for a lock; bounded, never for ever
    int cache_kib = 2048;
    int checkpoint_pages = 1000;  // writer: WAL pages after which a commit checkpoints; 0 = only checkpoint()
    std::int64_t most_bytes = 0;  // scratch, builder: Errc::exhausted beyond; 0 = no bound
    std::string vfs;              // SQLite's default if empty; tests put a failing disk here
};

/// One connection.
class Database {
  public:
    /// Errc::not_found: a reader finds no file. Errc::corrupt: not a database of SQLite, or damaged.
    [[nodiscard]] static Result<Database> open(const std::filesystem::path& file, const Options& options);

    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// One or several statements without rows and parameters.
    [[nodiscard]] Status execute(const std::string& sql);
    /// First column of the first row of `sql`, nothing if there is no row.
    [[nodiscard]] Result<std::optional<std::int64_t>> number(std::string_view sql);

    /// Moves the WAL into the database file as far as readers allow, and empties the WAL if it can. Never waits for
    /// readers.
    [[nodiscard]] Status checkpoint();
    /// Pages in the WAL after the last commit of this connection.
    [[nodiscard]] int wal_pages() const;
    /// Rows changed by the last statement.
    [[nodiscard]] std::int64_t changes() const;

    /// Everything as it is at one moment, in a new file that is checked and on the disk; whoever writes goes on
    /// meanwhile. Errc::conflict: there is such a file. After an error there is none.
    [[nodiscard]] Status copy_to(const std::filesystem::path& file);

    /// PRAGMA quick_check: reads the whole file (about a second for 100 MiB). Errc::corrupt with the first finding.
    [[nodiscard]] Status check();

  private:
    struct Close {
        void operator()(sqlite3* connection) const noexcept;
    };
    explicit Database(sqlite3* connection) : connection_(connection) {}
    [[nodiscard]] Status configure(const Options& options);
    [[nodiscard]] Status copy_into(const std::filesystem::path& file);
    std::unique_ptr<sqlite3, Close> connection_;
    std::unique_ptr<int[]> wal_ =
        std::make_unique<int[]>(2);  // pages now, limit: the WAL hook's, so at a fixed address
};

/// BEGIN IMMEDIATE (writer) or BEGIN (reader) until commit(); rolled back when it goes out of scope without.
class Transaction {
  public:
    [[nodiscard]] static Result<Transaction> begin(Database& database, Role role = Role::writer);
    Transaction(Transaction&& other) noexcept;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    /// After success the changes survive a power cut. After an error nothing has changed.
    [[nodiscard]] Status commit();

  private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

/// SQLITE_FULL is Errc::exhausted, SQLITE_CORRUPT and SQLITE_NOTADB Errc::corrupt, SQLITE_BUSY Errc::timeout,
/// SQLITE_CONSTRAINT Errc::conflict, the rest Errc::io.
[[nodiscard]] Error error_of(sqlite3* connection, int code, std::string_view what);

}  // namespace menshen::store
