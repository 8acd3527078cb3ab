#include "feed_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace menshen::registry {

Result<bool> FeedTable::differs(const FeedChange& change, std::int64_t& rows) {
    const bool stays = change.body.has_value();
    if (change.is_new) {
        rows += stays ? 1 : 0;
        return stays;
    }
    auto row = sql_.ask("SELECT body FROM feed WHERE scope = ?1 AND bucket = ?2 AND kind = ?3 AND id = ?4",
                        change.scope, std::int64_t{change.bucket}, change.kind, change.id);
    if (!row) return row.error();
    auto found = row->next();
    if (!found) return found.error();
    const bool was = *found && !row->is_null(0);
    rows += (stays ? 1 : 0) - (was ? 1 : 0);
    return was != stays || (was && row->view(0) != *change.body);
}

Status FeedTable::write(const FeedChange& change, std::int64_t s, UtcTime now, std::set<std::uint32_t>& touched) {
    touched.insert(change.bucket);
    constexpr std::string_view put =
        "INSERT INTO feed (scope, kind, id, s, bucket, leaf, changed, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
        "ON CONFLICT (scope, bucket, kind, id) DO UPDATE SET s = ?4, leaf = ?6, changed = ?7, body = ?8";
    const auto number = std::int64_t{change.bucket};
    if (change.body) {
        const auto leaf = heads_.leaf(change.kind, change.id, *change.body);
        return sql_.run(put, change.scope, change.kind, change.id, s, number, leaf, now, *change.body);
    }
    const std::optional<std::int64_t> none;
    return sql_.run(put, change.scope, change.kind, change.id, s, number, none, now, none);
}

Result<std::int64_t> FeedTable::next_s(std::int64_t scope, std::int64_t more_rows) {
    // in this transaction: a counter outside of it could become visible in another order than the rows
    auto s =
        sql_.number("UPDATE scope SET seq = seq + 1, rows = rows + ?2 WHERE id = ?1 RETURNING seq", scope, more_rows);
    if (!s) return s.error();
    if (!*s) return {Errc::corrupt, "a row of a scope that is not there"};
    return **s;
}

Status FeedTable::rehash(std::int64_t scope, std::uint32_t bucket) {
    std::vector<Digest> leaves;
    const auto number = static_cast<std::int64_t>(bucket);
    auto done = each_row(sql_.ask("SELECT leaf FROM feed WHERE scope = ?1 AND bucket = ?2 AND leaf IS NOT NULL "
                                  "ORDER BY kind, id",
                                  scope, number),
                         [&](const Rows& row) {
                             leaves.push_back(row.digest(0));
                             return Status{};
                         });
    if (!done) return done;
    return sql_.run("INSERT INTO bucket VALUES (?1, ?2, ?3) ON CONFLICT (scope, bucket) DO UPDATE SET hash = ?3", scope,
                    number, heads_.bucket(leaves));
}

Result<std::vector<Digest>> FeedTable::buckets(std::int64_t scope) {
    std::vector<Digest> all(bucket_count, heads_.bucket({}));
    auto done = each_row(sql_.ask("SELECT bucket, hash FROM bucket WHERE scope = ?1", scope), [&](const Rows& row) {
        all.at(static_cast<std::size_t>(row.integer(0)) % bucket_count) = row.digest(1);
        return Status{};
    });
    if (!done) return done.error();
    return all;
}

std::int64_t FeedTable::epoch(UtcTime now) const {
    if (const auto signed_by_root = heads_.epoch(); signed_by_root > 0) return signed_by_root;
    return std::chrono::duration_cast<seconds>(now.time_since_epoch()).count();
}

Result<SignedHead> FeedTable::sign(std::int64_t scope, UtcTime now) {
    HeadFields fields;
    {
        auto rows = sql_.ask("SELECT name, epoch, seq, rows, issued FROM scope WHERE id = ?1", scope);
        if (!rows) return rows.error();
        auto row = rows->next();
        if (!row) return row.error();
        if (!*row) return {Errc::not_found, "no such scope"};
        fields = {{rows->text(0), rows->integer(1), rows->integer(2)}, rows->integer(3), std::max(now, rows->utc(4))};
    }
    auto all = buckets(scope);
    if (!all) return all.error();
    auto head = heads_.head(fields, *all);
    if (!head) return head.error().in("signing the head");
    auto done = sql_.run("UPDATE scope SET issued = ?2, head = ?3, key_id = ?4, signature = ?5 WHERE id = ?1", scope,
                         fields.issued, bytes_of(head->bytes), head->key_id, bytes_of(head->signature));
    if (!done) return done.error();
    return head;
}

Result<std::vector<Position>> FeedTable::apply(std::vector<FeedChange> changes, UtcTime now) {
    for (auto& change : changes) {
        change.bucket = heads_.bucket_of(change.kind, change.id);
        if (change.bucket >= bucket_count) return {Errc::internal, "a bucket beyond the last"};
    }
    // in the order of the key: the table is then written from left to right
    std::ranges::sort(changes, {}, [](const FeedChange& c) { return std::tie(c.scope, c.bucket, c.kind, c.id); });
    std::map<std::int64_t, std::vector<const FeedChange*>> by_scope;
    std::map<std::int64_t, std::int64_t> more_rows;
    for (const auto& change : changes) {
        auto different = differs(change, more_rows[change.scope]);
        if (!different) return different.error();
        if (*different) by_scope[change.scope].push_back(&change);
    }
    std::vector<Position> positions;
    for (const auto& [scope, touched] : by_scope) {
        auto s = next_s(scope, more_rows[scope]);
        if (!s) return s.error();
        std::set<std::uint32_t> touched_buckets;
        for (const auto* change : touched) {
            if (auto done = write(*change, *s, now, touched_buckets); !done) return done.error();
        }
        for (const auto bucket : touched_buckets) {
            if (auto done = rehash(scope, bucket); !done) return done.error();
        }
        auto head = sign(scope, now);
        if (!head) return head.error();
        positions.push_back(head->at);
    }
    return positions;
}

}  // namespace menshen::registry
