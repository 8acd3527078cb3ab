#include <fmt/format.h>

#include <algorithm>

#include "events_table.hpp"

namespace menshen::registry {

namespace {

constexpr std::string_view event_columns =
    "e.number, l.gate, l.log, e.sequence, e.utc, e.clock, e.kind, e.lane, e.arrival, e.authorisation, e.plate, e.body, "
    "e.salt, e.body_hash, e.chain";

StoredEvent event_from(const Rows& row) {
    StoredEvent event;
    event.number = row.integer(0);
    event.gate = row.integer(1);
    event.log = row.text(2);
    event.sequence = row.integer(3);
    event.utc = row.utc(4);
    event.clock = row.text(5);
    event.kind = row.text(6);
    event.lane = row.text(7);
    event.arrival = row.integer(8);
    event.authorisation = row.integer(9);
    event.plate = row.text(10);
    event.body = row.text(11);
    event.salt = row.bytes(12);
    event.body_hash = row.digest(13);
    event.chain = row.digest(14);
    return event;
}

std::optional<std::int64_t> maybe_number(const std::optional<UtcTime>& time) {
    if (!time) return std::nullopt;
    return number_of(*time);
}

/// Numbers first: only they are sorted, not the bodies.
std::string event_select_of(const EventQuery& query) {
    std::string wanted = "SELECT w.number FROM event w WHERE w.number < ?1";
    if (!query.gates.empty()) {
        wanted +=
            fmt::format(" AND w.log IN (SELECT id FROM event_log WHERE gate IN ({}))", fmt::join(query.gates, ","));
    }
    if (!query.kind.empty()) wanted += " AND w.kind = ?2";
    if (!query.plate.empty()) wanted += " AND w.plate = ?3 AND w.plate <> ''";  // as the index says it
    if (query.from) wanted += " AND w.utc >= ?4";
    if (query.until) wanted += " AND w.utc < ?5";
    return fmt::format(
        "SELECT {} FROM ({} ORDER BY w.number DESC LIMIT ?6) f CROSS JOIN event e ON e.number = f.number "
        "CROSS JOIN event_log l ON l.id = e.log ORDER BY f.number DESC",
        event_columns, wanted);
}

}  // namespace

template <class... Values>
Result<std::vector<StoredEvent>> EventReader::read(const std::string& sql, const Values&... values) {
    auto one_moment = store::Transaction::begin(sql_.database(), store::Role::reader);
    if (!one_moment) return one_moment.error();
    std::vector<StoredEvent> found;
    auto done = each_row(sql_.ask(sql, values...), [&](const Rows& row) {
        found.push_back(event_from(row));
        return Status{};
    });
    for (auto& event : found) {
        if (!done) break;
        done =
            each_row(sql_.ask("SELECT sha256, name, bytes FROM picture WHERE event = ?1 ORDER BY name", event.number),
                     [&](const Rows& row) {
                         event.pictures.push_back({row.text(0), row.text(1), row.integer(2)});
                         return Status{};
                     });
    }
    if (!done) return done.error();
    return found;
}

Result<std::vector<StoredEvent>> EventReader::find(const EventQuery& query) {
    if (query.limit < 1 || query.limit > 1000) return {Errc::invalid, "a page has 1 to 1000 events"};
    return read(event_select_of(query), below(query.before), query.kind, query.plate, maybe_number(query.from),
                maybe_number(query.until), std::int64_t{query.limit});
}

Result<std::vector<StoredEvent>> EventReader::of_one_car(std::int64_t number) {
    // what is written of a car lies close together in its log
    return read(fmt::format("SELECT {} FROM event s CROSS JOIN event e ON e.log = s.log AND e.sequence BETWEEN "
                            "s.sequence - 500 AND s.sequence + 500 CROSS JOIN event_log l ON l.id = e.log WHERE "
                            "s.number = ?1 AND (e.number = s.number OR (s.arrival > 0 AND e.arrival = s.arrival)) "
                            "ORDER BY e.sequence",
                            event_columns),
                number);
}

Result<std::optional<StoredEvent>> EventReader::last(Id gate) {
    auto found = read(fmt::format("SELECT {} FROM event_log l CROSS JOIN event e ON e.log = l.id AND e.sequence = "
                                  "l.upto WHERE l.gate = ?1 ORDER BY e.number DESC LIMIT 1",
                                  event_columns),
                      gate);
    if (!found) return found.error();
    return found->empty() ? std::optional<StoredEvent>{} : std::optional(std::move(found->front()));
}

Result<IntakeAnswer> EventReader::position(Id gate, const std::string& log) {
    auto row = log_of(sql_, gate, log);
    if (!row) return row.error();
    return IntakeAnswer{Intake::accepted, row->upto, row->chain, 0};
}

Result<std::optional<Digest>> EventReader::chain_after(Id gate, const std::string& log, std::int64_t sequence) {
    auto known = log_of(sql_, gate, log);
    if (!known) return known.error();
    if (known->number == 0) return std::optional<Digest>{};
    auto rows = sql_.ask("SELECT chain FROM event WHERE log = ?1 AND sequence = ?2", known->number, sequence);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    return *row ? std::optional(rows->digest(0)) : std::nullopt;
}

Result<std::vector<EvidenceRef>> EventReader::missing_pictures(Id gate, int limit, std::int64_t skip) {
    std::vector<EvidenceRef> found;
    auto done = each_row(
        sql_.ask("SELECT sha256, name, bytes FROM picture WHERE gate = ?1 AND stored IS NULL ORDER BY event LIMIT ?2 "
                 "OFFSET ?3",
                 gate, std::int64_t{limit}, skip),
        [&](const Rows& row) {
            found.push_back({row.text(0), row.text(1), row.integer(2)});
            return Status{};
        });
    if (!done) return done.error();
    return found;
}

Result<std::int64_t> EventReader::pictures_upto(Id gate, const std::string& log) {
    auto one_moment = store::Transaction::begin(sql_.database(), store::Role::reader);
    if (!one_moment) return one_moment.error();
    auto known = log_of(sql_, gate, log);
    if (!known) return known.error();
    auto first = sql_.number(
        "SELECT min(e.sequence) FROM picture p CROSS JOIN event e ON e.number = p.event "
        "WHERE p.gate = ?1 AND p.stored IS NULL AND e.log = ?2",
        gate, known->number);
    if (!first) return first.error();
    auto lost = sql_.number("SELECT pictures_lost FROM event_log WHERE id = ?1", known->number);
    if (!lost) return lost.error();
    const auto after = known->upto + 1;
    return std::min(first->value_or(after), lost->value_or(after)) - 1;
}

Result<std::optional<std::int64_t>> EventReader::wanted_picture(Id gate, const std::string& sha256) {
    return sql_.number("SELECT bytes FROM picture WHERE sha256 = ?1 AND gate = ?2 LIMIT 1", sha256, gate);
}

Result<std::vector<Alarm>> EventReader::alarms(bool open_only, int limit) {
    std::vector<Alarm> found;
    auto done = each_row(sql_.ask("SELECT number, utc, gate, kind, detail, closed, closed_by FROM alarm "
                                  "WHERE (?1 = 0 OR closed IS NULL) ORDER BY number DESC LIMIT ?2",
                                  std::int64_t{open_only ? 1 : 0}, std::int64_t{limit}),
                         [&](const Rows& row) {
                             Alarm alarm{row.integer(0), row.utc(1), row.integer(2), row.text(3), row.text(4), {}, {}};
                             if (!row.is_null(5)) alarm.closed = row.utc(5);
                             alarm.closed_by = row.text(6);
                             found.push_back(std::move(alarm));
                             return Status{};
                         });
    if (!done) return done.error();
    return found;
}

}  // namespace menshen::registry
