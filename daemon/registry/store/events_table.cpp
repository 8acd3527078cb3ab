#include "events_table.hpp"

#include <fmt/format.h>

namespace menshen::registry {

Result<LogRow> log_of(Sql& sql, Id gate, const std::string& log) {
    auto rows = sql.ask("SELECT id, upto, chain FROM event_log WHERE gate = ?1 AND log = ?2", gate, log);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    if (!*row) return LogRow{};
    return LogRow{rows->integer(0), rows->integer(1), rows->digest(2)};
}

/// True if something else is stored under its number. What retention has taken away is not remembered.
Result<bool> EventsTable::is_another(const LogRow& log, const EventRecord& event) {
    auto rows = sql_.ask("SELECT chain FROM event WHERE log = ?1 AND sequence = ?2", log.number, event.sequence);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    return *row && rows->digest(0) != event.chain;
}

Result<Intake> EventsTable::judge(const EventBatch& batch, const LogRow& log) {
    if (batch.events.front().sequence > log.upto + 1) return Intake::gap;
    const EventRecord* before = nullptr;
    for (const auto& event : batch.events) {
        if (event.sequence <= log.upto) {
            auto another = is_another(log, event);
            if (!another) return another.error();
            if (*another) return Intake::cloned;
        }
        const bool first_new = event.sequence == log.upto + 1 && log.number != 0;
        if (first_new && event.before != log.chain) return Intake::broken;
        if (before != nullptr && event.before != before->chain) return Intake::broken;
        before = &event;
    }
    return Intake::accepted;
}

Status EventsTable::insert(Id gate, std::int64_t log, const EventRecord& event, UtcTime received) {
    auto done = sql_.run(
        "INSERT INTO event (log, sequence, utc, clock, kind, lane, arrival, authorisation, plate, body, salt, "
        "body_hash, chain, received) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        log, event.sequence, event.utc, event.clock, event.kind, event.lane, event.arrival, event.authorisation,
        event.plate, event.body, bytes_of(event.salt), event.body_hash, event.chain, received);
    return done ? note_pictures(gate, log, event) : done;
}

Status EventsTable::note_pictures(Id gate, std::int64_t log, const EventRecord& event) {
    Status done;
    if (event.unread) done = sql_.run("INSERT INTO event_unread VALUES (?1, ?2)", log, event.sequence);
    if (!done || (event.pictures.empty() && event.gone.empty())) return done;
    auto number = sql_.number("SELECT last_insert_rowid()");
    if (!number) return number.error();
    for (const auto& picture : event.pictures) {
        // the same bytes may have come for another event
        done = sql_.run(
            "INSERT INTO picture VALUES (?1, ?2, ?3, ?4, ?5, "
            "(SELECT stored FROM picture WHERE sha256 = ?2 AND stored > 0 LIMIT 1)) "
            "ON CONFLICT DO NOTHING",
            gate, picture.sha256, picture.name, picture.bytes, **number);
        if (!done) return done;
    }
    for (const auto& sha256 : event.gone) {
        // one that a later event names again is another one, which may come
        done =
            sql_.run("UPDATE picture SET stored = 0 WHERE sha256 = ?1 AND gate = ?2 AND event < ?3 AND stored IS NULL",
                     sha256, gate, **number);
        if (!done) return done;
    }
    return {};
}

Status EventsTable::insert(const EventBatch& batch, LogRow& log, UtcTime received) {
    const auto& last = batch.events.back();
    if (last.sequence <= log.upto) return {};
    auto number = sql_.number(
        "INSERT INTO event_log (gate, log, upto, chain) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (gate, log) DO UPDATE SET upto = ?3, chain = ?4 RETURNING id",
        batch.gate, batch.log, last.sequence, last.chain);
    if (!number) return number.error();
    log.number = number->value_or(0);
    for (const auto& event : batch.events) {
        if (event.sequence <= log.upto) continue;
        if (auto done = insert(batch.gate, log.number, event, received); !done) return done;
    }
    log.upto = last.sequence;
    log.chain = last.chain;
    return {};
}

/// One open alarm of a kind for a gate: a courier repeats its batch every few seconds.
Status EventsTable::raise(Intake intake, const EventBatch& batch, UtcTime now) {
    const bool cloned = intake == Intake::cloned;
    const auto detail = fmt::format("log {}: event {} or a later one {}", batch.log, batch.events.front().sequence,
                                    cloned ? "came twice with different content: is a copy of this gate running?"
                                           : "does not follow on the one before it");
    return sql_.run(
        "INSERT INTO alarm (utc, gate, kind, detail, closed, closed_by) SELECT ?1, ?2, ?3, ?4, NULL, '' "
        "WHERE NOT EXISTS (SELECT 1 FROM alarm WHERE gate = ?2 AND kind = ?3 AND closed IS NULL)",
        now, batch.gate, cloned ? "cloned_gate" : "broken_chain", detail);
}

Result<IntakeAnswer> EventsTable::take(const EventBatch& batch, const Came& came) {
    auto log = log_of(sql_, batch.gate, batch.log);
    if (!log) return log.error();
    auto intake = judge(batch, *log);
    if (!intake) return intake.error();
    const auto upto_before = log->upto;
    Status done;
    if (*intake == Intake::accepted) done = insert(batch, *log, came.counted);
    if (*intake == Intake::cloned || *intake == Intake::broken) done = raise(*intake, batch, came.utc);
    if (!done) return done.error();
    return IntakeAnswer{*intake, log->upto, log->chain, log->upto - upto_before};
}

Result<std::vector<IntakeAnswer>> EventsTable::take(std::span<const EventBatch> batches, const Now& now) {
    for (const auto& batch : batches) {
        const auto& events = batch.events;
        if (events.empty() || events.size() > max_events_at_once || events.front().sequence < 1) {
            return {Errc::invalid, fmt::format("a batch has 1 to {} events, from 1", max_events_at_once)};
        }
        for (std::size_t i = 1; i < events.size(); ++i) {
            if (events[i].sequence != events[0].sequence + static_cast<std::int64_t>(i)) {
                return {Errc::invalid, fmt::format("event {} does not follow on the one before", events[i].sequence)};
            }
        }
    }
    auto transaction = store::Transaction::begin(sql_.database());
    if (!transaction) return transaction.error();
    auto counted = ages_.at(now);
    if (!counted) return counted.error();
    std::vector<IntakeAnswer> answers;
    for (const auto& batch : batches) {
        auto answer = take(batch, {now.utc, *counted});
        if (!answer) return answer.error();
        answers.push_back(*answer);
    }
    if (auto done = transaction->commit(); !done) return done.error();
    return answers;
}

Status EventsTable::picture_stored(const std::string& sha256, UtcTime now) {
    return sql_.run("UPDATE picture SET stored = ?2 WHERE sha256 = ?1 AND (stored IS NULL OR stored = 0)", sha256, now);
}

Status EventsTable::close_alarm(std::int64_t number, const std::string& by, UtcTime now) {
    auto closed = sql_.number(
        "UPDATE alarm SET closed = ?2, closed_by = ?3 WHERE number = ?1 AND closed IS NULL "
        "RETURNING number",
        number, now, by);
    if (!closed) return closed.error();
    if (!*closed) return {Errc::not_found, fmt::format("no open alarm {}", number)};
    return {};
}

}  // namespace menshen::registry
