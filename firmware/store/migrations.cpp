#include "store/migrations.hpp"

#include <set>
#include <string>

namespace menshen::store {

namespace {

Result<std::set<std::int64_t>> applied_in(Database& database) {
    auto made = database.execute(
        "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT");
    if (!made) return made.error();
    auto statement = database.prepare("SELECT number FROM migration");
    if (!statement) return statement.error();
    std::set<std::int64_t> numbers;
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return numbers;
        numbers.insert(statement->integer(0));
    }
}

Status apply(Database& database, const Migration& migration) {
    if (auto done = database.execute(std::string(migration.sql)); !done) return done;
    auto statement = database.prepare("INSERT INTO migration VALUES (?1, ?2)");
    if (!statement) return statement.error();
    return statement->bind(1, migration.number).bind(2, migration.name).run();
}

}  // namespace

Status migrate(Database& database, std::span<const Migration> migrations) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return transaction.error();
    auto applied = applied_in(database);
    if (!applied) return applied.error();
    for (const auto& migration : migrations) {
        if (applied->contains(migration.number)) continue;
        if (auto done = apply(database, migration); !done) {
            return done.error().in("migration " + std::to_string(migration.number) + " " + std::string(migration.name));
        }
    }
    return transaction->commit();
}

}  // namespace menshen::store
