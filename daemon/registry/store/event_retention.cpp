// Events and pictures that were kept long enough.
#include "events_table.hpp"

namespace menshen::registry {

namespace {
constexpr int looked_at = 20'000;  // pictures; as many young events as that could name pictures of old ones, too
}  // namespace

Result<std::vector<std::string>> EventsTable::old_pictures(UtcTime before, int limit) {
    std::vector<std::string> found;
    // in the order of arrival, so that the oldest are found at once; no further than where they must be, so that a day
    // on which none is old enough does not cost a walk over all
    auto done =
        each_row(sql_.ask("SELECT p.sha256 FROM (SELECT sha256, event FROM picture INDEXED BY picture_of_event WHERE "
                          "stored IS NOT NULL "
                          "ORDER BY event LIMIT ?3) p CROSS JOIN event e ON e.number = p.event WHERE "
                          "e.kept_from < ?1 AND NOT EXISTS (SELECT 1 FROM picture o CROSS JOIN event f ON f.number = "
                          "o.event WHERE o.sha256 = p.sha256 AND f.kept_from >= ?1) ORDER BY p.event LIMIT ?2",
                          before, std::int64_t{limit}, std::int64_t{looked_at}),
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

/// With the pictures it names, none of which has come: nobody waits for them any longer.
Status EventsTable::forget_event(std::int64_t number) {
    auto done = sql_.run("DELETE FROM picture WHERE event = ?1", number);
    if (done) done = sql_.run("DELETE FROM event WHERE number = ?1", number);
    return done;
}

Result<std::int64_t> EventsTable::forget_events(UtcTime before, int limit) {
    auto transaction = store::Transaction::begin(sql_.database());
    if (!transaction) return transaction.error();
    std::vector<std::int64_t> old;
    auto done = each_row(sql_.ask("SELECT e.number FROM event e WHERE e.kept_from < ?1 AND NOT EXISTS (SELECT 1 FROM "
                                  "picture p WHERE p.event = e.number AND p.stored IS NOT NULL) ORDER BY e.kept_from "
                                  "LIMIT ?2",
                                  before, std::int64_t{limit}),
                         [&](const Rows& row) {
                             old.push_back(row.integer(0));
                             return Status{};
                         });
    for (const auto number : old) {
        if (done) done = forget_event(number);
    }
    if (done) done = transaction->commit();
    if (!done) return done.error();
    return static_cast<std::int64_t>(old.size());
}

}  // namespace menshen::registry
