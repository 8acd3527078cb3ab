// One transaction on whitelist.db, with the counters that go with it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "rows.hpp"
#include "store/database.hpp"
#include "values/time.hpp"
#include "whitelist/import_stage.hpp"

namespace menshen::whitelist {

class ScopeLists;

struct Counters {
    std::int64_t next_id = 1;
    std::int64_t changed = 0;  // UTC milliseconds
    std::int64_t credentials = 0;
    std::int64_t permits = 0;
    std::int64_t blocks = 0;
};

/// The writing connection and its statements.
struct Tables {
    explicit Tables(store::Database opened) : database(std::move(opened)) {}
    [[nodiscard]] Status prepare();
    /// Reads the counters; a new list starts its ids at `now`, above every id that an older list gave.
    [[nodiscard]] Status load(UtcTime now);

    store::Database database;
    ScopeLists* scopes = nullptr;  // the registry's, which may block what the gate's own list admits
    Counters counters;
    store::Statement put_permit, drop_permit, permit_by_id, put_credential, drop_credentials, put_block, drop_block,
        same_plate, active_block, listed_plate, put_meta;
};

/// Begin, change, commit. Left without commit(), nothing has happened.
class Change {
  public:
    [[nodiscard]] static Result<Change> begin(Tables& tables);

    [[nodiscard]] std::int64_t new_id() { return counters_.next_id++; }
    void give_no_more(std::int64_t id) { counters_.next_id = std::max(counters_.next_id, id + 1); }
    [[nodiscard]] Status insert(const Permit& permit);  // its id must be new
    [[nodiscard]] Status replace(const Permit& permit);
    /// Errc::not_found
    [[nodiscard]] Status remove_permit(std::int64_t id);
    [[nodiscard]] Status add(const Credential& credential);
    [[nodiscard]] Status remove_credentials(std::int64_t permit_id);
    [[nodiscard]] Status put(const Block& block, bool is_new);
    [[nodiscard]] Status remove_block(std::int64_t id);

    [[nodiscard]] Status commit(UtcTime now);

  private:
    Change(Tables& tables, store::Transaction transaction)
        : tables_(&tables), transaction_(std::move(transaction)), counters_(tables.counters) {}
    [[nodiscard]] Status write(const Permit& permit);
    Tables* tables_;
    store::Transaction transaction_;
    Counters counters_;
};

/// The permit of scope local that a row about `plate` changes: a visitor's if `visitor`, else any other; one of
/// `permit_class` before the rest.
[[nodiscard]] Result<std::optional<Permit>> permit_of(Tables& tables, std::string_view plate, bool visitor,
                                                      PermitClass permit_class);
/// A block of kind `block`, in any scope, that is in force at `local`.
[[nodiscard]] Result<bool> is_blocked(Tables& tables, std::string_view plate, std::optional<LocalTime> local);
[[nodiscard]] Result<bool> is_listed(Tables& tables, std::string_view plate);

/// All of it in one transaction, or nothing if a row has an error.
[[nodiscard]] Result<ImportReport> commit_stage(Tables& tables, ImportStage& stage, UtcTime now,
                                                const std::function<void(std::int64_t)>& progress);

}  // namespace menshen::whitelist
