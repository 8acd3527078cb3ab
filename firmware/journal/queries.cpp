#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "clock_names.hpp"
#include "impl.hpp"

namespace menshen::journal {

namespace json = boost::json;

Result<Event> event_from(const store::Statement& row) {
    Event event;
    event.sequence = static_cast<std::uint64_t>(row.integer(0));
    event.utc = UtcTime(milliseconds(row.integer(1)));
    event.clock = clock_from(row.text(2));
    event.lane = row.text(3);
    auto kind = event_kind_from(row.text(4));
    if (!kind) return Error{Errc::corrupt, kind.error().message}.in(fmt::format("event {}", event.sequence));
    event.kind = *kind;
    event.arrival = static_cast<ArrivalId>(row.integer(5));
    event.authorisation = static_cast<AuthorisationId>(row.integer(6));
    if (row.is_null(7)) {
        event.body = {{"erased", true}};
        return event;
    }
    boost::system::error_code failed;
    auto body = json::parse(json::string_view(row.text(7).data(), row.text(7).size()), failed);
    if (failed || !body.is_object())
        return {Errc::corrupt, fmt::format("event {}: its body is not JSON", event.sequence)};
    event.body = std::move(body.as_object());
    return event;
}

namespace {

Result<std::vector<Event>> collect(store::Database& database, std::string_view order, std::uint64_t from, int limit,
                                   const LaneId& lane) {
    auto query = database.prepare(fmt::format(
        "SELECT {} FROM event WHERE {} AND (?2 = '' OR lane = ?2) ORDER BY {} LIMIT ?3", event_columns,
        order == "after" ? "sequence > ?1" : "sequence < ?1", order == "after" ? "sequence" : "sequence DESC"));
    if (!query) return query.error();
    query->bind(1, static_cast<std::int64_t>(from))
        .bind(2, std::string_view(lane))
        .bind(3, std::int64_t{std::clamp(limit, 1, 1000)});
    std::vector<Event> events;
    for (;;) {
        auto row = query->step();
        if (!row) return row.error();
        if (!*row) return events;
        auto event = event_from(*query);
        if (!event) return event.error();
        events.push_back(std::move(event).value());
    }
}

/// One row against the link before it; says why it does not fit.
std::string judge(const store::Statement& row, std::uint64_t expected, Hash& link) {
    Event event;
    event.sequence = static_cast<std::uint64_t>(row.integer(0));
    event.utc = UtcTime(milliseconds(row.integer(1)));
    event.clock = clock_from(row.text(2));
    event.lane = row.text(3);
    auto kind = event_kind_from(row.text(4));
    event.arrival = static_cast<ArrivalId>(row.integer(5));
    event.authorisation = static_cast<AuthorisationId>(row.integer(6));
    if (event.sequence != expected) return fmt::format("event {} stands where {} must", event.sequence, expected);
    if (!kind) return "its kind is not known";
    event.kind = *kind;
    const auto stored_hash = row.blob(9);
    Hash body_hash{};
    if (stored_hash.size() != body_hash.size()) return "the hash of its body has not its length";
    std::copy(stored_hash.begin(), stored_hash.end(), body_hash.begin());
    if (!row.is_null(7) && hash_body(row.blob(8), row.text(7)) != body_hash) return "its body was changed";
    link = next_link(link, event, body_hash);
    const auto stored = row.blob(10);
    if (!std::equal(link.begin(), link.end(), stored.begin(), stored.end())) return "it does not follow the one before";
    return {};
}

}  // namespace

Result<std::vector<Event>> Journal::events_after(std::uint64_t after, int limit, const LaneId& lane) {
    return collect(impl_->database, "after", after, limit, lane);
}

Result<std::vector<Event>> Journal::events_before(std::uint64_t before, int limit, const LaneId& lane) {
    return collect(impl_->database, "before", before == 0 ? INT64_MAX : before, limit, lane);
}

Result<ChainReport> Journal::verify_chain(std::uint64_t after, std::uint64_t count) {
    Hash link = first_link(impl_->log_id);
    auto query = impl_->database.prepare(fmt::format(
        "SELECT {}, salt, body_hash, chain FROM event WHERE sequence >= ?1 ORDER BY sequence", event_columns));
    if (!query) return query.error();
    query->bind(1, static_cast<std::int64_t>(after));
    ChainReport report;
    std::uint64_t expected = after + 1;
    while (count == 0 || report.events < count) {
        auto row = query->step();
        if (!row) return row.error();
        if (!*row) break;
        if (query->integer(0) == static_cast<std::int64_t>(after)) {  // the link that the range hangs on
            const auto stored = query->blob(10);
            if (stored.size() == link.size()) std::copy(stored.begin(), stored.end(), link.begin());
            continue;
        }
        ++report.events;
        report.why = judge(*query, expected++, link);
        if (!report.why.empty()) {
            report.broken_at = expected - 1;
            return report;
        }
    }
    if (count == 0 && expected != impl_->last_sequence + 1) {
        report.why = fmt::format("it ends at {} instead of {}", expected - 1, impl_->last_sequence);
        report.broken_at = expected;
        return report;
    }
    report.whole = true;
    report.head = to_hex(link);
    return report;
}

std::uint64_t Journal::last_sequence() const {
    return impl_->last_sequence;
}
const std::string& Journal::log_id() const {
    return impl_->log_id;
}
const PresenceBook& Journal::presence_all() const {
    return impl_->presence;
}

Result<std::map<LaneId, ModeRecord>> Journal::modes() {
    auto query = impl_->database.prepare("SELECT lane, mode, by, until FROM mode");
    if (!query) return query.error();
    std::map<LaneId, ModeRecord> modes;
    for (;;) {
        auto row = query->step();
        if (!row) return row.error();
        if (!*row) return modes;
        ModeRecord mode{std::string(query->text(0)), std::string(query->text(1)), std::string(query->text(2)), {}};
        if (!query->is_null(3)) {
            const auto until = parse_local(query->text(3));
            if (!until) continue;  // an end that cannot be read has come: denied until proved
            mode.until = *until;
        }
        modes[mode.lane] = mode;
    }
}

Result<std::optional<ClockTrust>> Journal::kept_clock() {
    auto stored = impl_->meta("clock");
    if (!stored) return stored.error();
    if (stored->empty()) return std::optional<ClockTrust>();
    boost::system::error_code ec;
    const auto value = json::parse(*stored, ec);
    const auto* object = ec ? nullptr : value.if_object();
    const auto* floor = object == nullptr ? nullptr : object->if_contains("floor");
    const auto* drifting = object == nullptr ? nullptr : object->if_contains("drifting");
    if (floor == nullptr || !floor->is_int64() || drifting == nullptr || !drifting->is_bool()) {
        const auto last = events_before(0, 1);
        if (!last) return last.error();
        return std::optional(ClockTrust{last->empty() ? UtcTime{} : last->front().utc, true});
    }
    return std::optional(ClockTrust{UtcTime(milliseconds(floor->as_int64())), drifting->as_bool()});
}

Status Journal::keep_clock(const ClockTrust& trust) {
    const auto text =
        json::serialize(json::object{{"floor", trust.floor.time_since_epoch().count()}, {"drifting", trust.drifting}});
    return impl_->put_meta.bind(1, "clock").bind(2, std::string_view(text)).run();
}

}  // namespace menshen::journal
