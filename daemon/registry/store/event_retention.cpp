// Events and pictures that were kept long enough.
#include "events_table.hpp"

namespace menshen::registry {

Result<std::vector<std::string>> EventsTable::old_pictures(UtcTime before, int limit) {
    std::vector<std::string> found;
    // by event: in the order of arrival, so that the oldest are found at once
    auto done = each_row(
        sql_.ask(
            "SELECT p.sha256 FROM picture p CROSS JOIN event e ON e.number = p.event WHERE e.utc < ?1 AND NOT EXISTS "
            "(SELECT 1 FROM picture o CROSS JOIN event f ON f.number = o.event WHERE o.sha256 = p.sha256 AND f.utc "
            ">= ?1) ORDER BY p.event LIMIT ?2",
            before, std::int64_t{limit}),
        [&](const Rows& row) {
            found.push_back(row.text(0));
            return Status{};
        });
    if (!done) return done.error();
    return found;
}

Status EventsTable::forget_pictures(std::span<const std::string> sha256) {
    auto transaction = store::Transaction::begin(sql_.database());
    if (!transaction) return transaction.error();
    for (const auto& each : sha256) {
        if (auto done = sql_.run("DELETE FROM picture WHERE sha256 = ?1", each); !done) return done;
    }
    return transaction->commit();
}

Result<std::int64_t> EventsTable::forget_events(UtcTime before, int limit) {
    auto transaction = store::Transaction::begin(sql_.database());
    if (!transaction) return transaction.error();
    auto done = sql_.run(
        "DELETE FROM event WHERE number IN (SELECT e.number FROM event e WHERE e.utc < ?1 AND NOT EXISTS "
        "(SELECT 1 FROM picture p WHERE p.event = e.number) ORDER BY e.utc LIMIT ?2)",
        before, std::int64_t{limit});
    if (!done) return done.error();
    const auto gone = sql_.database().changes();
    if (done = transaction->commit(); !done) return done.error();
    return gone;
}

}  // namespace menshen::registry
