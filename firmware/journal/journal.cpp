#include "journal/journal.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <charconv>

#include "impl.hpp"

namespace menshen::journal {

namespace {}  // namespace

Journal::Impl::Impl(const JournalOptions& given, store::Owned owned)
    : options(given),
      lock(std::move(owned.lock)),
      database(std::move(owned.database)),
      evidence(given.folder / "evidence"),
      reserve(given.folder / "journal.reserve", given.reserve) {}

Status Journal::Impl::prepare() {
    const std::pair<store::Statement*, std::string_view> all[] = {
        {&insert_event, "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"},
        {&open_intent, "INSERT INTO open_intent VALUES (?1, ?2, ?3)"},
        {&close_intent, "DELETE FROM open_intent WHERE authorisation = ?1"},
        {&put_presence,
         "INSERT INTO presence VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (plate) DO UPDATE SET inside = ?2, zone = "
         "?3, "
         "since = ?4, permit_scope = ?5, permit_id = ?6"},
        {&put_uses,
         "INSERT INTO permit_use VALUES (?1, ?2, ?3, ?4) ON CONFLICT (scope, id) DO UPDATE SET uses = ?3, last = ?4"},
        {&put_zone, "INSERT INTO zone_count VALUES (?1, ?2) ON CONFLICT (zone) DO UPDATE SET inside = ?2"},
        {&put_picture,
         "INSERT INTO picture VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (sha256) DO UPDATE SET "
         "sequence = max(sequence, ?3), kept = max(kept, ?4), acknowledged = 0"},
        {&put_mode,
         "INSERT INTO mode (lane, mode, by, since, until) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (lane) DO UPDATE SET "
         "mode = ?2, by = ?3, since = ?4, until = ?5"},
        {&put_meta, "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = database.prepare(sql);
        if (!prepared) return prepared.error();
        *statement = std::move(prepared).value();
    }
    return {};
}

Result<std::string> Journal::Impl::meta(std::string_view key) {
    auto query = database.prepare("SELECT value FROM meta WHERE key = ?1");
    if (!query) return query.error();
    auto row = query->bind(1, key).step();
    if (!row) return row.error();
    return *row ? std::string(query->text(0)) : std::string();
}

Status Journal::Impl::load_meta() {
    auto log = meta("log");
    if (!log) return log.error();
    log_id = *log;
    if (log_id.empty()) {
        log_id = to_hex(new_salt());  // 128 random bits
        if (auto done = put_meta.bind(1, "log").bind(2, std::string_view(log_id)).run(); !done) return done;
    }
    chain = first_link(log_id);
    auto last = database.prepare("SELECT sequence, chain FROM event ORDER BY sequence DESC LIMIT 1");
    if (!last) return last.error();
    auto row = last->step();
    if (!row) return row.error();
    if (!*row) return {};
    last_sequence = static_cast<std::uint64_t>(last->integer(0));
    const auto stored = last->blob(1);
    if (stored.size() != chain.size()) return {Errc::corrupt, "the last event has no chain hash"};
    std::copy(stored.begin(), stored.end(), chain.begin());
    return {};
}

Status Journal::Impl::forget_rows(UtcTime now) {
    const auto before = [&](auto kept) { return (now - kept).time_since_epoch().count(); };
    return database.execute(
        fmt::format("UPDATE zone_count SET inside = max(0, inside - (SELECT count(*) FROM presence p "
                    "WHERE p.zone = zone_count.zone AND p.inside = 1 AND p.since < {0})); "
                    "DELETE FROM presence WHERE since < CASE inside WHEN 1 THEN {0} ELSE {1} END; "
                    "DELETE FROM permit_use WHERE last < {2};",
                    before(inside_kept), before(outside_kept), before(uses_kept)));
}

Status Journal::Impl::load_presence(const Now& now) {
    // a clock that is not set would forget everybody, or nobody for ever
    if (now.clock != ClockState::unset) {
        if (auto done = forget_rows(now.utc); !done) return done;
        forgot = now.mono;
    }
    auto plates = database.prepare("SELECT plate, inside, zone, since, permit_scope, permit_id FROM presence");
    auto uses = database.prepare("SELECT scope, id, uses, last FROM permit_use");
    auto zones = database.prepare("SELECT zone, inside FROM zone_count");
    if (!plates) return plates.error();
    if (!uses) return uses.error();
    if (!zones) return zones.error();
    auto row = plates->step();
    for (; row && *row; row = plates->step()) {
        PlatePresence one{
            plates->integer(1) != 0, std::string(plates->text(2)), UtcTime(milliseconds(plates->integer(3))), {}};
        if (!plates->is_null(5)) one.permit = PermitKey{std::string(plates->text(4)), plates->integer(5)};
        presence.set_plate(std::string(plates->text(0)), std::move(one));
    }
    if (!row) return row.error();
    for (row = uses->step(); row && *row; row = uses->step()) {
        presence.set_uses({std::string(uses->text(0)), uses->integer(1)}, static_cast<int>(uses->integer(2)),
                          UtcTime(milliseconds(uses->integer(3))));
    }
    if (!row) return row.error();
    for (row = zones->step(); row && *row; row = zones->step()) {
        presence.set_zone(std::string(zones->text(0)), static_cast<int>(zones->integer(1)));
    }
    return row ? Status() : Status(row.error());
}

Status Journal::Impl::load(const Now& now) {
    if (auto done = load_meta(); !done) return done;
    auto transaction = store::Transaction::begin(database);
    if (!transaction) return transaction.error();
    if (auto done = load_presence(now); !done) return done;
    if (auto done = transaction->commit(); !done) return done;
    auto bytes = database.number("SELECT coalesce(sum(bytes), 0) FROM picture");
    if (!bytes) return bytes.error();
    evidence.bytes = bytes->value_or(0);
    evidence.remove_unfinished();
    return {};
}

Journal::Journal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Result<Journal::Opened> Journal::open(const JournalOptions& options, const Now& now) {
    if (sodium_init() < 0) return {Errc::internal, "libsodium does not start"};
    std::error_code failed;
    std::filesystem::create_directories(options.folder / "evidence", failed);
    if (failed) return {Errc::io, fmt::format("{}: {}", options.folder.string(), failed.message())};
    // room for events comes first: a disk that was left full must not keep the journal from opening
    store::OwnedOptions owned_options;
    owned_options.application_id = application_id;
    owned_options.migrations = migrations();
    owned_options.connection.vfs = options.vfs;
    owned_options.connection.checkpoint_pages = wal_pages_bound;
    owned_options.distrust = options.distrust;
    const auto file = options.folder / "journal.db";
    auto owned = store::open_owned(file, owned_options, now.utc);
    if (!owned && (owned.error().code == Errc::exhausted || owned.error().code == Errc::io) &&
        Reserve(options.folder / "journal.reserve", options.reserve).release()) {
        owned = store::open_owned(file, owned_options, now.utc);
    }
    if (!owned) return owned.error();
    const bool created = owned->created;
    auto set_aside = owned->set_aside;
    auto impl = std::make_unique<Impl>(options, std::move(owned).value());
    if (auto done = impl->prepare(); !done) return done.error().in(file.string());
    if (auto done = impl->with_room([&] { return impl->load(now); }); !done) return done.error().in(file.string());
    if (!impl->reserve.take() && !impl->disk_full) impl->disk_full = impl->disk_full_unsaid = true;
    return Opened{Journal(std::move(impl)), created, std::move(set_aside)};
}

Result<std::vector<Recovered>> Journal::recover(const Now& now) {
    auto query = impl_->database.prepare("SELECT authorisation, arrival, lane FROM open_intent ORDER BY authorisation");
    if (!query) return query.error();
    std::vector<Recovered> all;
    std::vector<Event> events;
    auto row = query->step();
    for (; row && *row; row = query->step()) {
        all.push_back({static_cast<AuthorisationId>(query->integer(0)), static_cast<ArrivalId>(query->integer(1)),
                       std::string(query->text(2))});
        OutcomeRecord outcome;
        outcome.authorisation = all.back().authorisation;
        outcome.arrival = all.back().arrival;
        outcome.lane = all.back().lane;
        outcome.detail = "the gate stopped between intent and outcome";
        outcome.keep = true;
        events.push_back(to_event(outcome, now));
    }
    if (!row) return row.error();
    if (events.empty()) return all;
    auto done = append_all(events);
    if (!done) return done.error();
    return all;
}

Result<IdRange> Journal::Impl::take_ids(std::string_view key, std::uint32_t count) {
    if (count == 0) return {Errc::invalid, "a range of no ids"};
    auto stored = meta(key);
    if (!stored) return stored.error();
    std::uint64_t next = 1;
    const auto* end = stored->data() + stored->size();
    if (!stored->empty() && std::from_chars(stored->data(), end, next).ptr != end) {
        return {Errc::corrupt, fmt::format("{} is not a number", key)};
    }
    const std::string after = std::to_string(next + count);
    if (auto done = put_meta.bind(1, key).bind(2, std::string_view(after)).run(); !done) return done.error();
    return IdRange{next, next + count - 1};
}

Result<IdRange> Journal::arrivals(std::uint32_t count) {
    return impl_->with_room([&] { return impl_->take_ids("next_arrival", count); });
}

Result<IdRange> Journal::authorisations(std::uint32_t count) {
    return impl_->with_room([&] { return impl_->take_ids("next_authorisation", count); });
}

}  // namespace menshen::journal
