#include "commits.hpp"

#include <fmt/format.h>

#include <limits>

#include "commit.hpp"
#include "meta_table.hpp"

namespace menshen::registry {

namespace {

constexpr int a_step = 1'000;  // rows that one step of house-keeping takes
constexpr auto last_id = std::numeric_limits<Id>::max();
constexpr auto results_kept = std::chrono::days(7);

Status note_scope(Sql& sql, const Actor& actor, std::string action, const std::string& scope, UtcTime now,
                  std::string_view after) {
    AuditEntry entry;
    entry.scope = scope;
    entry.body = audit_body({}, after, {});
    return add_audit(sql, actor, now, std::move(action), std::move(entry));
}

}  // namespace

Result<std::optional<Outcome>> SqliteCommits::repeated(const Actor& actor, const std::string& key,
                                                       const std::string& fingerprint) {
    using Found = std::optional<Outcome>;
    if (key.empty()) return Found{};
    if (key.size() > max_idempotency_key) return Found(Refused{Errc::invalid, "an idempotency key is too long", {}});
    auto rows = tables_.sql.ask("SELECT fingerprint, result FROM result WHERE user = ?1 AND name = ?2 AND key = ?3",
                                actor.user, actor.name, key);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    if (!*row) return Found{};
    if (rows->view(0) != fingerprint) {
        return Found(Refused{Errc::conflict, "this idempotency key has been used for another request", {}});
    }
    auto result = committed_from_text(rows->view(1));
    if (!result) return result.error();
    result->repeated = true;
    return Found(std::move(result).value());
}

Result<Outcome> SqliteCommits::commit(const ChangeSet& set, const Actor& actor, const Now& now) {
    auto transaction = store::Transaction::begin(tables_.sql.database());
    if (!transaction) return transaction.error();
    if (!set.idempotency_key.empty()) {
        auto before =
            repeated(actor, set.idempotency_key, set.fingerprint.empty() ? fingerprint(set) : set.fingerprint);
        if (!before) return before.error();
        if (*before) return std::move(**before);
    }
    auto outcome = Commit(tables_, set, actor, now).run();
    if (!outcome || std::holds_alternative<Refused>(*outcome)) return outcome;
    if (auto done = transaction->commit(); !done) return done.error();
    return outcome;
}

Result<SignedHead> SqliteCommits::create_scope(const std::string& name, const std::string& title, const Actor& actor,
                                               const Now& now) {
    if (auto done = check_scope_name(name); !done) return done.error();
    auto transaction = store::Transaction::begin(tables_.sql.database());
    if (!transaction) return transaction.error();
    auto known = tables_.scopes.find(name);
    if (!known) return known.error();
    if (*known) return {Errc::conflict, fmt::format("there is a scope {} already", name)};
    auto number = tables_.sql.number(
        "INSERT INTO scope (name, title, epoch, seq, rows, purged, issued, head, key_id, signature) "
        "VALUES (?1, ?2, ?3, 0, 0, 0, 0, x'', '', x'') RETURNING id",
        name, title, tables_.feed.epoch(now.utc));
    if (!number) return number.error();
    auto head = tables_.feed.sign(number->value_or(0), now.utc);
    if (!head) return head;
    auto done = note_scope(tables_.sql, actor, "scope.create", name, now.utc, {});
    if (done) done = transaction->commit();
    if (!done) return done.error();
    return head;
}

Result<SignedHead> SqliteCommits::new_epoch(const std::string& scope, const Actor& actor, const Now& now) {
    auto transaction = store::Transaction::begin(tables_.sql.database());
    if (!transaction) return transaction.error();
    auto number = tables_.scopes.number(scope);
    if (!number) return number.error();
    auto epoch = tables_.sql.number(
        "UPDATE scope SET epoch = max(epoch + 1, ?2), seq = seq + 1, issued = 0 WHERE id = ?1 "
        "RETURNING epoch",
        *number, tables_.feed.epoch(now.utc));
    if (!epoch) return epoch.error();
    auto head = tables_.feed.sign(*number, now.utc);
    if (!head) return head;
    auto done = note_scope(tables_.sql, actor, "scope.new_epoch", scope, now.utc,
                           fmt::format(R"({{"epoch":{}}})", epoch->value_or(0)));
    if (done) done = transaction->commit();
    if (!done) return done.error();
    return head;
}

Result<SignedHead> SqliteCommits::renew_head(const std::string& scope, UtcTime now) {
    auto transaction = store::Transaction::begin(tables_.sql.database());
    if (!transaction) return transaction.error();
    auto number = tables_.scopes.number(scope);
    if (!number) return number.error();
    auto head = tables_.feed.sign(*number, now);
    if (!head) return head;
    if (auto done = transaction->commit(); !done) return done.error();
    return head;
}

Result<bool> SqliteCommits::tend(const Now& now) {
    auto more = retire(now);
    if (more && !*more) more = purge_tombstones(now.utc);
    if (more && !*more) more = forget_results(now.utc);
    return more;
}

Result<bool> SqliteCommits::retire(const Now& now) {
    auto transaction = store::Transaction::begin(tables_.sql.database());
    if (!transaction) return transaction.error();
    const auto last = retired_up_to();
    if (!last) return last.error();
    const LocalTime until = now.local - shown_after_end;
    auto step =
        last->end > until.time_since_epoch().count() ? ended_too_early(*last, until) : newly_ended(*last, until);
    if (!step) return step.error();
    if (step->up_to == *last) return false;
    KnownEntities known(tables_.entities);
    Projection projection(tables_, known, now);
    for (const auto id : step->entities) {
        auto entity = known.find(id);
        if (!entity) return entity.error();
        if (auto done = projection.changed(**entity, false); !done) return done.error();
    }
    auto heads = projection.apply();
    if (!heads) return heads.error();
    auto done = keep_number(tables_.sql, "retired_end", step->up_to.end);
    if (done) done = keep_number(tables_.sql, "retired_id", step->up_to.id);
    if (done) done = transaction->commit();
    if (!done) return done.error();
    return true;
}

Result<SqliteCommits::Ended> SqliteCommits::retired_up_to() {
    auto end = kept_number(tables_.sql, "retired_end");
    if (!end) return end.error();
    auto id = kept_number(tables_.sql, "retired_id");
    if (!id) return id.error();
    return Ended{end->value_or(0), id->value_or(0)};
}

/// What ended up to `until` and after what was looked at last. What is changed meanwhile, its own commit judges.
Result<SqliteCommits::Step> SqliteCommits::newly_ended(const Ended& last, LocalTime until) {
    Step step{{}, last};
    auto done = each_row(
        tables_.sql.ask("SELECT ends, id FROM entity WHERE kind IN ('permit', 'block') AND (ends, id) > (?1, ?2) "
                        "AND ends <= ?3 ORDER BY ends, id LIMIT ?4",
                        last.end, last.id, until.time_since_epoch().count(), std::int64_t{a_step}),
        [&](const Rows& row) {
            step.up_to = {row.integer(0), row.integer(1)};
            step.entities.push_back(step.up_to.id);
            return Status{};
        });
    if (!done) return done.error();
    return step;
}

/// A clock that was ahead for a while took away what had not ended (or ended less long ago): that comes back.
Result<SqliteCommits::Step> SqliteCommits::ended_too_early(const Ended& last, LocalTime until) {
    Step step;
    auto done = each_row(
        tables_.sql.ask("SELECT ends, id FROM entity WHERE kind IN ('permit', 'block') AND (ends, id) <= (?1, ?2) "
                        "AND ends > ?3 ORDER BY ends DESC, id DESC LIMIT ?4",
                        last.end, last.id, until.time_since_epoch().count(), std::int64_t{a_step}),
        [&](const Rows& row) {
            step.up_to = {row.integer(0), row.integer(1) - 1};
            step.entities.push_back(row.integer(1));
            return Status{};
        });
    if (!done) return done.error();
    if (std::ssize(step.entities) < a_step) step.up_to = {until.time_since_epoch().count(), last_id};
    return step;
}

Result<bool> SqliteCommits::purge_tombstones(UtcTime now) {
    auto transaction = store::Transaction::begin(tables_.sql.database());
    if (!transaction) return transaction.error();
    const UtcTime before = now - tombstones_kept;
    std::map<std::int64_t, std::int64_t> purged;  // scope → newest s
    std::vector<FeedChange> gone;
    auto done = each_row(
        tables_.sql.ask("SELECT scope, kind, id, s, bucket FROM feed WHERE leaf IS NULL AND changed < ?1 LIMIT ?2",
                        before, std::int64_t{a_step}),
        [&](const Rows& row) {
            gone.push_back({row.integer(0), row.text(1), row.integer(2), std::nullopt, false,
                            static_cast<std::uint32_t>(row.integer(4))});
            auto& newest = purged[row.integer(0)];
            newest = std::max(newest, row.integer(3));
            return Status{};
        });
    for (const auto& row : gone) {
        if (!done) break;
        done = tables_.sql.run("DELETE FROM feed WHERE scope = ?1 AND bucket = ?2 AND kind = ?3 AND id = ?4", row.scope,
                               std::int64_t{row.bucket}, row.kind, row.id);
    }
    for (const auto& [scope, newest] : purged) {
        if (!done) break;
        done = tables_.sql.run("UPDATE scope SET purged = max(purged, ?2) WHERE id = ?1", scope, newest);
    }
    if (done && !gone.empty()) done = transaction->commit();
    if (!done) return done.error();
    return !gone.empty();
}

Result<bool> SqliteCommits::forget_results(UtcTime now) {
    const UtcTime before = now - results_kept;
    auto done = tables_.sql.run("DELETE FROM result WHERE utc < ?1", before);
    if (!done) return done.error();
    return false;
}

}  // namespace menshen::registry
