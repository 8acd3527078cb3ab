#include <fmt/format.h>

#include "feed_table.hpp"

namespace menshen::registry {

namespace {

constexpr std::string_view head_columns = "name, epoch, seq, rows, issued, head, key_id, signature, title";

SignedHead head_from(const Rows& row) {
    return {{row.text(0), row.integer(1), row.integer(2)},
            row.integer(3),
            row.utc(4),
            row.bytes(5),
            row.text(6),
            row.bytes(7)};
}

Status not_there(const std::string& scope) {
    return {Errc::not_found, fmt::format("no scope {}", scope.substr(0, 40))};
}

}  // namespace

Result<std::vector<ScopeInfo>> FeedReader::scopes() {
    std::vector<ScopeInfo> all;
    auto done =
        each_row(sql_.ask(fmt::format("SELECT {} FROM scope ORDER BY name", head_columns)), [&](const Rows& row) {
            all.push_back({row.text(8), head_from(row)});
            return Status{};
        });
    if (!done) return done.error();
    return all;
}

Result<SignedHead> FeedReader::head(const std::string& scope) {
    auto rows = sql_.ask(fmt::format("SELECT {} FROM scope WHERE name = ?1", head_columns), scope);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    if (!*row) return not_there(scope).error();
    return head_from(*rows);
}

Result<Changes> FeedReader::judge(const Position& since, std::int64_t scope, std::int64_t most) {
    Changes changes;
    auto newest = head(since.scope);
    if (!newest) return newest.error();
    changes.head = std::move(newest).value();
    if (since.epoch != changes.head.at.epoch || since.seq > changes.head.at.seq || since.seq < 0) {
        changes.answer = FeedAnswer::new_epoch;
        return changes;
    }
    auto purged = sql_.number("SELECT purged FROM scope WHERE id = ?1", scope);
    if (!purged) return purged.error();
    auto rows = sql_.number("SELECT count(*) FROM (SELECT 1 FROM feed WHERE scope = ?1 AND s > ?2 LIMIT ?3)", scope,
                            since.seq, most + 1);
    if (!rows) return rows.error();
    changes.rows = rows->value_or(0);
    if (since.seq < purged->value_or(0) || changes.rows > most) changes.answer = FeedAnswer::too_old;
    return changes;
}

Result<std::vector<FeedReader::Key>> FeedReader::keys_since(std::int64_t scope, std::int64_t s) {
    std::vector<Key> keys;
    // the few keys that changed are sorted, rather than all of the scope walked through in order
    auto done =
        each_row(sql_.ask("SELECT bucket, kind, id FROM feed INDEXED BY feed_changed WHERE scope = ?1 AND s > ?2 "
                          "ORDER BY kind, id",
                          scope, s),
                 [&](const Rows& row) {
                     keys.push_back({row.integer(0), row.text(1), row.integer(2)});
                     return Status{};
                 });
    if (!done) return done.error();
    return keys;
}

Result<Changes> FeedReader::changes(const Position& since, std::int64_t most, const RowSink& sink) {
    auto snapshot = store::Transaction::begin(sql_.database(), store::Role::reader);
    if (!snapshot) return snapshot.error();
    auto scope = scopes_.number(since.scope);
    if (!scope) return scope.error();
    auto changes = judge(since, *scope, most);
    if (!changes || changes->answer != FeedAnswer::rows || changes->rows == 0) return changes;
    // keys first: only they are sorted, the bodies are read in order
    auto keys = keys_since(*scope, since.seq);
    if (!keys) return keys.error();
    for (const auto& key : *keys) {
        auto rows = sql_.ask("SELECT s, body FROM feed WHERE scope = ?1 AND bucket = ?2 AND kind = ?3 AND id = ?4",
                             *scope, key.bucket, key.kind, key.id);
        if (!rows) return rows.error();
        auto row = rows->next();
        if (!row) return row.error();
        if (!*row) return {Errc::corrupt, "a row of the feed's index is not in its table"};
        FeedRow out{static_cast<std::uint32_t>(key.bucket), key.kind, key.id, rows->integer(0), std::nullopt};
        if (!rows->is_null(1)) out.body = rows->view(1);
        if (auto done = sink(out); !done) return done.error();
    }
    return changes;
}

Result<std::optional<UtcTime>> FeedReader::behind_since(const Position& at) {
    auto scope = scopes_.number(at.scope);
    if (!scope) return scope.error();
    auto rows =
        sql_.ask("SELECT changed FROM feed INDEXED BY feed_changed WHERE scope = ?1 AND s > ?2 ORDER BY s LIMIT 1",
                 *scope, at.seq);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    return *row ? std::optional(rows->utc(0)) : std::nullopt;
}

Result<SignedHead> FeedReader::snapshot(const std::string& scope, const RowSink& sink) {
    auto one_moment = store::Transaction::begin(sql_.database(), store::Role::reader);
    if (!one_moment) return one_moment.error();
    auto number = scopes_.number(scope);
    if (!number) return number.error();
    auto newest = head(scope);
    if (!newest) return newest.error();
    auto done = each_row(sql_.ask("SELECT bucket, kind, id, s, body FROM feed WHERE scope = ?1 AND leaf IS NOT NULL "
                                  "ORDER BY bucket, kind, id",
                                  *number),
                         [&](const Rows& row) {
                             return sink({static_cast<std::uint32_t>(row.integer(0)), row.view(1), row.integer(2),
                                          row.integer(3), row.view(4)});
                         });
    if (!done) return done.error();
    return newest;
}

}  // namespace menshen::registry
