#include "audit_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bundle/event_line.hpp"

namespace menshen::registry {

namespace {

constexpr std::string_view audit_columns =
    "number, utc, user, name, origin, action, scope, kind, id, body, salt, body_hash, chain";

AuditEntry audit_from(const Rows& row) {
    AuditEntry entry;
    entry.number = row.integer(0);
    entry.utc = row.utc(1);
    entry.actor = {row.integer(2), row.text(3), row.text(4)};
    entry.action = row.text(5);
    entry.scope = row.text(6);
    entry.kind = row.text(7);
    entry.id = row.integer(8);
    if (!row.is_null(9)) entry.body = row.text(9);
    if (const auto salt = row.blob(10); salt.size() == sizeof(bundle::Salt)) {
        std::ranges::copy(salt, entry.salt.emplace().begin());
    }
    entry.body_hash = row.digest(11);
    entry.chain = row.digest(12);
    return entry;
}

}  // namespace

Result<AuditWriter> AuditWriter::begin(Sql& sql) {
    AuditWriter writer(sql);
    auto rows = sql.ask("SELECT number, chain FROM audit ORDER BY number DESC LIMIT 1");
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    if (*row) {
        writer.number_ = rows->integer(0);
        writer.chain_ = rows->digest(1);
    }
    return writer;
}

Status AuditWriter::add(AuditEntry entry) {
    entry.number = ++number_;
    const bundle::Salt salt = bundle::new_salt();
    const std::string body = entry.body.value_or("{}");
    entry.body_hash = bundle::hash_body(salt, body);
    chain_ = next_link(chain_, entry);
    return sql_.run("INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)", entry.number,
                    entry.utc, entry.actor.user, entry.actor.name, entry.actor.from, entry.action, entry.scope,
                    entry.kind, entry.id, body, store::Bytes(salt), entry.body_hash, chain_);
}

Status add_audit(Sql& sql, const Actor& by, UtcTime now, std::string action, AuditEntry entry) {
    auto writer = AuditWriter::begin(sql);
    if (!writer) return writer.error();
    entry.utc = now;
    entry.actor = by;
    entry.action = std::move(action);
    return writer->add(std::move(entry));
}

Result<std::vector<AuditEntry>> AuditTable::find(const AuditQuery& query) {
    if (query.limit < 1 || query.limit > 1000) return {Errc::invalid, "a page has 1 to 1000 entries"};
    std::string sql = fmt::format("SELECT {} FROM audit WHERE number < ?1", audit_columns);
    if (query.subject) sql += " AND id = ?2 AND id <> 0";
    if (query.user) sql += " AND user = ?3";
    if (!query.action.empty()) sql += " AND action = ?4";
    sql += " ORDER BY number DESC LIMIT ?5";
    std::vector<AuditEntry> found;
    auto done = each_row(sql_.ask(sql, below(query.before), query.subject.value_or(0), query.user.value_or(0),
                                  query.action, std::int64_t{query.limit}),
                         [&](const Rows& row) {
                             found.push_back(audit_from(row));
                             return Status{};
                         });
    if (!done) return done.error();
    return found;
}

Result<AuditReport> AuditTable::verify() {
    AuditReport report;
    report.whole = true;
    auto rows = sql_.ask(fmt::format("SELECT {} FROM audit ORDER BY number", audit_columns));
    if (!rows) return rows.error();
    for (;;) {
        auto row = rows->next();
        if (!row) return row.error();
        if (!*row) return report;
        const auto entry = audit_from(*rows);
        const bool body_fits =
            entry.body ? entry.salt && bundle::hash_body(*entry.salt, *entry.body) == entry.body_hash : !entry.salt;
        ++report.entries;
        if (entry.number != report.entries || !body_fits || next_link(report.head, entry) != entry.chain) {
            report.whole = false;
            report.broken_at = report.entries;
            return report;
        }
        report.head = entry.chain;
    }
}

}  // namespace menshen::registry
