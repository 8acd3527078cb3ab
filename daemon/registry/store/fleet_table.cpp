#include "fleet_table.hpp"

#include <fmt/format.h>

#include <sstream>

#include "audit_table.hpp"

namespace menshen::registry {

Status FleetTable::note(const GateReport& report) {
    std::string heads;  // "scope epoch seq", one a line
    for (const auto& at : report.heads) heads += fmt::format("{} {} {}\n", at.scope, at.epoch, at.seq);
    return sql_.run(
        "INSERT INTO gate_report VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (gate) DO UPDATE "
        "SET seen = ?2, heads = ?3, version = ?4, state = ?5",
        report.gate, report.seen, heads, report.version, report.state);
}

Result<std::vector<GateReport>> FleetTable::reports() {
    std::vector<GateReport> all;
    auto done = each_row(sql_.ask("SELECT gate, seen, heads, version, state FROM gate_report ORDER BY gate"),
                         [&](const Rows& row) {
                             GateReport report{row.integer(0), row.utc(1), {}, row.text(3), row.text(4)};
                             std::istringstream heads(row.text(2));
                             for (Position at; heads >> at.scope >> at.epoch >> at.seq;) report.heads.push_back(at);
                             all.push_back(std::move(report));
                             return Status{};
                         });
    if (!done) return done.error();
    return all;
}

Status FleetTable::note(const Actor& by, UtcTime now, std::string action, Id gate, std::string_view after) {
    AuditEntry entry;
    entry.kind = to_string(Kind::gate);
    entry.id = gate;
    entry.body = audit_body({}, after, {});
    return add_audit(sql_, by, now, std::move(action), std::move(entry));
}

Status FleetTable::admit(const GateCode& code, const Actor& by, UtcTime now) {
    auto transaction = store::Transaction::begin(sql_.database());
    if (!transaction) return transaction.error();
    auto done =
        sql_.run("INSERT INTO gate_code VALUES (?1, ?2, ?3) ON CONFLICT (gate) DO UPDATE SET code = ?2, ends = ?3",
                 code.gate, code.code, code.ends);
    if (done) done = sql_.run("DELETE FROM gate_code_taken WHERE gate = ?1", code.gate);
    if (done) done = note(by, now, "gate.code", code.gate);
    return done ? transaction->commit() : done;
}

Result<std::int64_t> FleetTable::withdraw_codes(const Actor& by, UtcTime now) {
    auto transaction = store::Transaction::begin(sql_.database());
    if (!transaction) return transaction.error();
    auto open = sql_.number("SELECT count(*) FROM gate_code");
    if (!open) return open.error();
    const auto count = open->value_or(0);
    auto done = sql_.run("DELETE FROM gate_code");
    if (done) done = sql_.run("DELETE FROM gate_code_taken");
    if (done && count > 0) done = note(by, now, "gate.withdraw", 0, fmt::format(R"({{"withdrawn":{}}})", count));
    if (done) done = transaction->commit();
    if (!done) return done.error();
    return count;
}

Result<Id> FleetTable::gate_of(const Digest& code, const Digest& tls_key, UtcTime now) {
    auto done =
        sql_.run("INSERT INTO gate_code_taken SELECT code, gate, ?2, ends FROM gate_code WHERE code = ?1 AND ends > ?3",
                 code, tls_key, now);
    if (done) done = sql_.run("DELETE FROM gate_code WHERE code = ?1", code);
    if (!done) return done.error();
    auto gate = sql_.number("SELECT gate FROM gate_code_taken WHERE code = ?1 AND tls_key = ?2 AND ends > ?3", code,
                            tls_key, now);
    if (!gate) return gate.error();
    if (!*gate) return {Errc::denied, "there is no such code, or it has been used or has ended; ask for a new one"};
    return **gate;
}

Result<bool> FleetTable::is_anothers(const Digest& tls_key, Id gate) {
    auto found =
        sql_.number("SELECT 1 FROM gate_identity WHERE (tls_key = ?1 OR tls_old = ?1) AND gate <> ?2", tls_key, gate);
    if (!found) return found.error();
    return found->has_value();
}

Result<Id> FleetTable::enrol(const Digest& code, GateIdentity identity, UtcTime now) {
    auto transaction = store::Transaction::begin(sql_.database());
    if (!transaction) return transaction.error();
    auto gate = gate_of(code, identity.tls_key, now);
    if (!gate) return gate;
    auto anothers = is_anothers(identity.tls_key, *gate);
    if (!anothers) return anothers.error();
    if (*anothers) return {Errc::conflict, "another gate has this key; each gate makes its own"};
    auto done = sql_.run(
        "INSERT INTO gate_identity VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (gate) DO UPDATE "
        "SET event_kid = ?2, event_key = ?3, tls_key = ?4, tls_old = ?5, enrolled = ?6, renewed = ?6",
        *gate, identity.event_kid, identity.event_key, identity.tls_key, Digest{}, now);
    if (done) done = note({0, "gate", ""}, now, "gate.enrol", *gate);
    if (done) done = transaction->commit();
    if (!done) return done.error();
    return gate;
}

Status FleetTable::renew(Id gate, const Digest& tls_key, UtcTime now) {
    auto transaction = store::Transaction::begin(sql_.database());
    if (!transaction) return transaction.error();
    auto anothers = is_anothers(tls_key, gate);
    if (!anothers) return anothers.error();
    if (*anothers) return {Errc::conflict, "another gate has this key; each gate makes its own"};
    auto known = sql_.number(
        "UPDATE gate_identity SET tls_old = CASE WHEN tls_key = ?2 THEN tls_old ELSE tls_key END, tls_key = ?2, "
        "renewed = ?3 WHERE gate = ?1 RETURNING gate",
        gate, tls_key, now);
    if (!known) return known.error();
    if (!*known) return {Errc::not_found, "this gate has not enrolled"};
    auto done = note({0, "gate", ""}, now, "gate.renew", gate);
    return done ? transaction->commit() : done;
}

Result<std::vector<GateIdentity>> FleetTable::identities() {
    std::vector<GateIdentity> all;
    auto done =
        each_row(sql_.ask("SELECT gate, event_kid, event_key, tls_key, tls_old, enrolled, renewed FROM gate_identity "
                          "ORDER BY gate"),
                 [&](const Rows& row) {
                     all.push_back({row.integer(0), row.text(1), row.digest(2), row.digest(3), row.digest(4),
                                    row.utc(5), row.utc(6)});
                     return Status{};
                 });
    if (!done) return done.error();
    return all;
}

}  // namespace menshen::registry
