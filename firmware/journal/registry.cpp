#include "journal/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "impl.hpp"

namespace menshen::journal {

namespace {

constexpr std::size_t line_around_body = 400;

template <std::size_t N>
bool copy_into(store::Bytes stored, std::array<std::uint8_t, N>& to) {
    if (stored.size() != N) return false;
    std::copy(stored.begin(), stored.end(), to.begin());
    return true;
}

Result<std::vector<SeenScope>> seen_scopes(store::Database& database) {
    auto query = database.prepare("SELECT scope, epoch, seq, iat, root FROM registry_scope ORDER BY scope");
    if (!query) return query.error();
    std::vector<SeenScope> all;
    for (;;) {
        auto row = query->step();
        if (!row) return row.error();
        if (!*row) return all;
        SeenScope one{std::string(query->text(0)),
                      query->integer(1),
                      query->integer(2),
                      {},
                      UtcTime(milliseconds(query->integer(3)))};
        if (!copy_into(query->blob(4), one.root)) return {Errc::corrupt, "a scope's root has not its length"};
        all.push_back(std::move(one));
    }
}

Status put_keys(store::Database& database, std::int64_t version, std::int64_t epoch, std::string_view line) {
    auto put = database.prepare(
        "INSERT INTO registry_keys VALUES (1, ?1, ?2, ?3) "
        "ON CONFLICT (one) DO UPDATE SET version = ?1, epoch = ?2, line = ?3");
    if (!put) return put.error();
    return put->bind(1, version).bind(2, epoch).bind(3, line).run();
}

Status put_seen(store::Database& database, const SeenScope& seen) {
    auto put = database.prepare(
        "INSERT INTO registry_scope VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (scope) DO UPDATE SET epoch = ?2, seq = ?3, root = ?4, iat = ?5");
    if (!put) return put.error();
    return put->bind(1, std::string_view(seen.scope))
        .bind(2, seen.epoch)
        .bind(3, seen.seq)
        .bind(4, store::Bytes(seen.root))
        .bind(5, seen.iat.time_since_epoch().count())
        .run();
}

Result<StoredEvent> stored_event(const store::Statement& row) {
    StoredEvent event;
    event.sequence = row.integer(0);
    event.utc = row.integer(1);
    event.clock = row.text(2);
    event.lane = row.text(3);
    event.kind = row.text(4);
    event.arrival = row.integer(5);
    event.authorisation = row.integer(6);
    bool whole = copy_into(row.blob(9), event.body_hash);
    if (!row.is_null(7)) {
        event.body = std::string(row.text(7));
        whole = whole && copy_into(row.blob(8), event.salt);
    }
    if (!whole) return {Errc::corrupt, fmt::format("event {}: its hashes have not their length", event.sequence)};
    return event;
}

}  // namespace

Result<std::optional<RegistryTrust>> Journal::registry() {
    auto query = impl_->database.prepare("SELECT version, epoch, line FROM registry_keys");
    if (!query) return query.error();
    auto row = query->step();
    if (!row) return row.error();
    if (!*row) return std::optional<RegistryTrust>{};
    RegistryTrust trust{query->integer(0), query->integer(1), std::string(query->text(2)), {}};
    auto scopes = seen_scopes(impl_->database);
    if (!scopes) return scopes.error();
    trust.scopes = std::move(scopes).value();
    return std::optional(std::move(trust));
}

Status Journal::enrol(const RegistryTrust& trust) {
    return impl_->with_room([&]() -> Status {
        auto& database = impl_->database;
        auto transaction = store::Transaction::begin(database);
        if (!transaction) return transaction.error();
        auto done = database.execute(
            "DELETE FROM registry_keys; DELETE FROM registry_scope; DELETE FROM registry_pictures;"
            "UPDATE picture SET acknowledged = 0 WHERE acknowledged = 1;");
        if (done) done = put_keys(database, trust.version, trust.epoch, trust.keys);
        for (const auto& seen : trust.scopes) {
            if (done) done = put_seen(database, seen);
        }
        return done ? transaction->commit() : done;
    });
}

Status Journal::keep_keys(std::int64_t version, std::int64_t epoch, std::string_view line) {
    return impl_->with_room([&]() -> Status {
        auto& database = impl_->database;
        auto transaction = store::Transaction::begin(database);
        if (!transaction) return transaction.error();
        const auto before = database.number("SELECT epoch FROM registry_keys");
        if (!before) return before.error();
        auto done = put_keys(database, version, epoch, line);
        // a new epoch: the registry may have lost what it had; it says anew which pictures it keeps
        if (done && before->value_or(epoch) < epoch) {
            done = database.execute("UPDATE picture SET acknowledged = 0 WHERE acknowledged = 1");
        }
        return done ? transaction->commit() : done;
    });
}

Result<SeenPictures> Journal::pictures_seen() {
    auto query = impl_->database.prepare("SELECT epoch, iat, upto FROM registry_pictures");
    if (!query) return query.error();
    auto row = query->step();
    if (!row) return row.error();
    if (!*row) return SeenPictures{};
    return SeenPictures{query->integer(0), UtcTime(milliseconds(query->integer(1))), query->integer(2)};
}

Status Journal::acknowledge_pictures(const SeenPictures& seen) {
    return impl_->with_room([&]() -> Status {
        auto& database = impl_->database;
        auto transaction = store::Transaction::begin(database);
        if (!transaction) return transaction.error();
        auto put = database.prepare(
            "INSERT INTO registry_pictures VALUES (1, ?1, ?2, ?3) "
            "ON CONFLICT (one) DO UPDATE SET epoch = ?1, iat = ?2, upto = ?3");
        if (!put) return put.error();
        auto done = put->bind(1, seen.epoch).bind(2, seen.iat.time_since_epoch().count()).bind(3, seen.upto).run();
        if (done) {
            done = database.execute(
                fmt::format("UPDATE picture SET acknowledged = 1 WHERE acknowledged = 0 AND sequence BETWEEN 1 AND {0};"
                            "UPDATE picture SET acknowledged = 0 WHERE acknowledged = 1 AND sequence > {0};",
                            seen.upto));
        }
        return done ? transaction->commit() : done;
    });
}

Status Journal::keep_seen(const SeenScope& seen) {
    return impl_->with_room([&] { return put_seen(impl_->database, seen); });
}

Result<EventRun> Journal::run_after(std::uint64_t after, int limit, std::size_t most_bytes) {
    auto before = chain_after(after);
    if (!before) return before.error();
    EventRun run{*before, *before, {}};
    auto query = impl_->database.prepare(fmt::format(
        "SELECT {}, salt, body_hash, chain FROM event WHERE sequence > ?1 ORDER BY sequence LIMIT ?2", event_columns));
    if (!query) return query.error();
    query->bind(1, static_cast<std::int64_t>(after)).bind(2, std::int64_t{limit});
    std::size_t bytes = 0;
    for (;;) {
        auto row = query->step();
        if (!row) return row.error();
        if (!*row) return run;
        auto event = stored_event(*query);
        if (!event) return event.error();
        bytes += (event->body ? event->body->size() : 0) + line_around_body;
        if (!run.events.empty() && bytes > most_bytes) return run;
        if (!copy_into(query->blob(10), run.chain)) return {Errc::corrupt, "an event has no chain hash"};
        run.events.push_back(std::move(event).value());
    }
}

Result<Hash> Journal::chain_after(std::uint64_t sequence) {
    if (sequence == 0) return first_link(impl_->log_id);
    auto query = impl_->database.prepare("SELECT chain FROM event WHERE sequence = ?1");
    if (!query) return query.error();
    auto row = query->bind(1, static_cast<std::int64_t>(sequence)).step();
    if (!row) return row.error();
    if (!*row) return {Errc::not_found, fmt::format("there is no event {}", sequence)};
    Hash chain{};
    if (!copy_into(query->blob(0), chain)) return {Errc::corrupt, "an event has no chain hash"};
    return chain;
}

Result<std::uint64_t> Journal::acknowledged() {
    auto stored = impl_->meta("acknowledged");
    if (!stored) return stored.error();
    std::uint64_t upto = 0;
    const auto* end = stored->data() + stored->size();
    if (!stored->empty() && std::from_chars(stored->data(), end, upto).ptr != end) {
        return {Errc::corrupt, "what was acknowledged is not a number"};
    }
    return upto;
}

Status Journal::acknowledge(std::uint64_t upto) {
    if (upto > impl_->last_sequence) {
        return {Errc::invalid, fmt::format("{} is acknowledged, and the last event is {}", upto, impl_->last_sequence)};
    }
    const auto text = std::to_string(upto);
    return impl_->with_room(
        [&] { return impl_->put_meta.bind(1, "acknowledged").bind(2, std::string_view(text)).run(); });
}

}  // namespace menshen::journal
