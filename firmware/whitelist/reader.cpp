#include "whitelist/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "rows.hpp"
#include "scope_reader.hpp"

namespace menshen::whitelist {

using store::Statement;

struct WhitelistReader::Impl {
    store::Database database;
    Statement begin, end, version, permits, blocks, schedule, calendar, counts;

    // schedules and calendar change rarely: kept until another connection commits
    std::int64_t seen_version = -1;
    std::map<std::pair<std::string, std::int64_t>, Schedule> known_schedules;
    Calendar known_calendar;

    ScopeReader scopes;

    Impl(store::Database opened, const std::filesystem::path& file, const std::string& vfs)
        : database(std::move(opened)), scopes(database, file.parent_path(), vfs) {}

    Status prepare();
    Status refresh();
    Status read_calendar();
    Result<Listing> listing(CredentialKind kind, const std::string& value);
    Status read_permits(Listing& listing, std::string_view kind);
    Status read_blocks(Listing& listing);
    Result<const Schedule*> find_schedule(const std::string& scope, std::int64_t id);
    Status add_schedules(Answer& answer);
    Result<Answer> look_up(std::span<const std::string> plates);
    Status own_permits(OwnPage& page, std::int64_t after, int limit);
    Status own_blocks(OwnPage& page, std::int64_t after, int limit);
    Status own_schedules(OwnPage& page, std::int64_t after, int limit);
    Status own_rows(OwnRows what, OwnPage& page, std::int64_t after, int limit);

    /// One snapshot for everything that `read` asks; always ended, so that the writer can checkpoint.
    template <class Read>
    auto in_snapshot(Read read) -> decltype(read()) {
        if (auto followed = scopes.follow(); !followed) return followed.error();
        if (auto begun = begin.run(); !begun) return begun.error();
        const auto begun = scopes.begin();
        auto result = begun ? read() : decltype(read())(begun.error());
        scopes.end();
        const auto ended = end.run();
        if (result.ok() && !ended) return ended.error();
        return result;
    }
};

namespace {

/// One calendar of two, sorted.
void join(Calendar& all, const Calendar& part) {
    if (part == Calendar()) return;
    all.holidays.insert(all.holidays.end(), part.holidays.begin(), part.holidays.end());
    all.make_up_workdays.insert(all.make_up_workdays.end(), part.make_up_workdays.begin(), part.make_up_workdays.end());
    std::sort(all.holidays.begin(), all.holidays.end());
    std::sort(all.make_up_workdays.begin(), all.make_up_workdays.end());
}

struct Prepared {
    Statement* statement;
    std::string sql;
};

CredentialKind kind_from(std::string_view key) {
    for (const auto one : {CredentialKind::card, CredentialKind::qr, CredentialKind::face, CredentialKind::pin}) {
        if (key == to_string(one)) return one;
    }
    return CredentialKind::plate;
}

Status prepare_all(store::Database& database, std::initializer_list<Prepared> all) {
    for (const auto& one : all) {
        auto statement = database.prepare(one.sql);
        if (!statement) return statement.error();
        *one.statement = std::move(statement).value();
    }
    return {};
}

}  // namespace

Status WhitelistReader::Impl::prepare() {
    if (auto done = scopes.prepare(); !done) return done;
    return prepare_all(
        database, {{&begin, "BEGIN"},
                   {&end, "COMMIT"},
                   {&version, "PRAGMA data_version"},
                   {&permits, fmt::format("SELECT c.scope, c.id, c.permit_id, p.body FROM credential c "
                                          "JOIN permit p ON p.scope = c.scope AND p.id = c.permit_id "
                                          "WHERE c.kind = ?1 AND c.value = ?2 LIMIT {}",
                                          max_permits_a_plate)},
                   {&blocks, fmt::format("SELECT {} FROM block WHERE plate = ?1", block_columns)},
                   {&schedule, "SELECT body FROM schedule WHERE scope = ?1 AND id = ?2"},
                   {&calendar, "SELECT body FROM calendar"},
                   {&counts,
                    "SELECT (SELECT value FROM meta WHERE key = 'credentials'), (SELECT value FROM meta WHERE key = "
                    "'permits'), (SELECT value FROM meta WHERE key = 'blocks'), (SELECT value FROM meta WHERE key = "
                    "'changed')"}});
}

Status WhitelistReader::Impl::refresh() {
    auto row = version.step();
    if (!row) return row.error();
    const std::int64_t now = version.integer(0);
    version.reset();
    if (now == seen_version) return {};
    known_schedules.clear();
    if (auto done = read_calendar(); !done) return done;
    seen_version = now;
    return {};
}

Status WhitelistReader::Impl::read_calendar() {
    known_calendar = {};
    for (;;) {
        auto row = calendar.step();
        if (!row) return row.error();
        if (!*row) break;
        auto part = calendar_from(calendar.text(0));
        if (!part) {
            calendar.reset();
            return part.error();
        }
        join(known_calendar, *part);
    }
    return {};
}

Result<Listing> WhitelistReader::Impl::listing(CredentialKind kind, const std::string& value) {
    Listing listing;
    listing.plate = value;
    auto done = read_permits(listing, to_string(kind));
    permits.reset();
    if (done) done = scopes.add_permits(listing, kind);
    if (done && kind == CredentialKind::plate) {
        done = read_blocks(listing);
        blocks.reset();
        if (done) done = scopes.add_blocks(listing);
    }
    if (!done) return done.error();
    return listing;
}

Status WhitelistReader::Impl::read_permits(Listing& listing, std::string_view kind) {
    permits.bind(1, kind).bind(2, listing.plate);
    for (;;) {
        auto row = permits.step();
        if (!row) return row.error();
        if (!*row) return {};
        auto permit = permit_from(permits.text(0), permits.integer(2), permits.text(3));
        if (!permit) return permit.error();
        const Credential credential{permits.integer(1), kind_from(kind), listing.plate, permits.integer(2)};
        listing.permits.emplace_back(credential, std::move(permit).value());
    }
}

Status WhitelistReader::Impl::read_blocks(Listing& listing) {
    blocks.bind(1, listing.plate);
    for (;;) {
        auto row = blocks.step();
        if (!row) return row.error();
        if (!*row) return {};
        auto block = block_from(blocks);
        if (!block) return block.error();
        listing.blocks.push_back(std::move(block).value());
    }
}

Result<const Schedule*> WhitelistReader::Impl::find_schedule(const std::string& scope, std::int64_t id) {
    const auto key = std::make_pair(scope, id);
    if (const auto known = known_schedules.find(key); known != known_schedules.end()) return &known->second;
    auto row = schedule.bind(1, scope).bind(2, id).step();
    if (!row) return row.error();
    if (!*row) return static_cast<const Schedule*>(nullptr);  // decide denies a permit whose schedule is not there
    auto found = schedule_from(id, schedule.text(0));
    schedule.reset();
    if (!found) return found.error();
    return &known_schedules.emplace(key, std::move(found).value()).first->second;
}

Status WhitelistReader::Impl::add_schedules(Answer& answer) {
    for (const auto& one : answer.listings) {
        for (const auto& [credential, permit] : one.permits) {
            if (!permit.schedule_id || permit.scope != local_scope) continue;
            const auto id = *permit.schedule_id;
            const auto same = [id](const Schedule& s) { return s.id == id; };
            if (std::any_of(answer.schedules.begin(), answer.schedules.end(), same)) continue;
            auto found = find_schedule(permit.scope, id);
            if (!found) return found.error();
            if (*found != nullptr) answer.schedules.push_back(**found);
        }
    }
    return {};
}

Result<Answer> WhitelistReader::Impl::look_up(std::span<const std::string> plates) {
    if (auto done = refresh(); !done) return done.error();
    Answer answer;
    answer.listings.reserve(plates.size());
    for (const auto& plate : plates) {
        auto one = listing(CredentialKind::plate, plate);
        if (!one) return one.error();
        answer.listings.push_back(std::move(one).value());
    }
    // an enrolled gate's own list holds visitors only, who have no schedule: the ids cannot meet
    for (const auto& found : scopes.schedules()) answer.schedules.push_back(found.schedule);
    if (auto done = add_schedules(answer); !done) return done.error();
    answer.calendar = known_calendar;
    join(answer.calendar, scopes.calendar());
    return answer;
}

namespace {

/// One page of rows of our own: `query` takes ?1, the id after which it begins, and ?2, how many; `take` puts one row
/// into the page and gives its id.
template <class Take>
Status read_page(Result<store::Statement>& query, OwnPage& page, std::int64_t after, int limit, Take take) {
    if (!query) return query.error();
    query->bind(1, after).bind(2, std::int64_t{limit});
    for (int taken = 1;; ++taken) {
        auto row = query->step();
        if (!row) return row.error();
        if (!*row) return {};
        const Result<std::int64_t> id = take();
        if (!id) return id.error();
        if (taken == limit) page.next = *id;
    }
}

}  // namespace

Status WhitelistReader::Impl::own_permits(OwnPage& page, std::int64_t after, int limit) {
    auto rows = database.prepare("SELECT id, body FROM permit WHERE scope = 'local' AND id > ?1 ORDER BY id LIMIT ?2");
    auto of = database.prepare("SELECT id, kind, value FROM credential WHERE scope = 'local' AND permit_id = ?1");
    if (!of) return of.error();
    return read_page(rows, page, after, limit, [&]() -> Result<std::int64_t> {
        const auto id = rows->integer(0);
        auto permit = permit_from(local_scope, id, rows->text(1));
        if (!permit) return permit.error();
        std::vector<Credential> credentials;
        of->bind(1, id);
        for (auto next = of->step(); !next || *next; next = of->step()) {
            if (!next) return next.error();
            credentials.push_back({of->integer(0), kind_from(of->text(1)), std::string(of->text(2)), id});
        }
        of->reset();
        page.permits.emplace_back(std::move(permit).value(), std::move(credentials));
        return id;
    });
}

Status WhitelistReader::Impl::own_blocks(OwnPage& page, std::int64_t after, int limit) {
    auto rows = database.prepare(
        fmt::format("SELECT {} FROM block WHERE scope = 'local' AND id > ?1 ORDER BY id LIMIT ?2", block_columns));
    return read_page(rows, page, after, limit, [&]() -> Result<std::int64_t> {
        auto block = block_from(*rows);
        if (!block) return block.error();
        page.blocks.push_back(std::move(block).value());
        return page.blocks.back().id;
    });
}

Status WhitelistReader::Impl::own_schedules(OwnPage& page, std::int64_t after, int limit) {
    auto rows =
        database.prepare("SELECT id, body FROM schedule WHERE scope = 'local' AND id > ?1 ORDER BY id LIMIT ?2");
    return read_page(rows, page, after, limit, [&]() -> Result<std::int64_t> {
        auto found = schedule_from(rows->integer(0), rows->text(1));
        if (!found) return found.error();
        page.schedules.push_back(std::move(found).value());
        return page.schedules.back().id;
    });
}

Status WhitelistReader::Impl::own_rows(OwnRows what, OwnPage& page, std::int64_t after, int limit) {
    switch (what) {
        case OwnRows::permits:
            return own_permits(page, after, limit);
        case OwnRows::blocks:
            return own_blocks(page, after, limit);
        case OwnRows::schedules:
            return own_schedules(page, after, limit);
    }
    return {Errc::internal, "no such rows"};
}

Result<OwnPage> WhitelistReader::own(OwnRows what, std::int64_t after, int limit) {
    if (limit < 1 || limit > max_own_page) return {Errc::invalid, fmt::format("a page has 1 to {} rows", max_own_page)};
    return impl_->in_snapshot([&]() -> Result<OwnPage> {
        OwnPage page;
        if (auto done = impl_->own_rows(what, page, after, limit); !done) return done.error();
        return page;
    });
}

Result<WhitelistReader> WhitelistReader::open(const std::filesystem::path& file, const std::string& vfs) {
    store::Options options;
    options.role = store::Role::reader;
    options.cache_kib = 8192;  // the inner pages of a million credentials
    options.vfs = vfs;
    auto database = store::Database::open(file, options);
    if (!database) return database.error();
    auto impl = std::make_unique<Impl>(std::move(database).value(), file, vfs);
    if (auto done = impl->prepare(); !done) return done.error().in(file.string());
    return WhitelistReader(std::move(impl));
}

WhitelistReader::WhitelistReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WhitelistReader::WhitelistReader(WhitelistReader&&) noexcept = default;
WhitelistReader& WhitelistReader::operator=(WhitelistReader&&) noexcept = default;
WhitelistReader::~WhitelistReader() = default;

Result<Answer> WhitelistReader::look_up(std::span<const std::string> plates) {
    if (plates.size() > max_plates_asked) {
        return {Errc::invalid, fmt::format("{} plates in one look-up; at most {}", plates.size(), max_plates_asked)};
    }
    return impl_->in_snapshot([&] { return impl_->look_up(plates); });
}

Result<Listing> WhitelistReader::look_up(CredentialKind kind, const std::string& value) {
    return impl_->in_snapshot([&] { return impl_->listing(kind, value); });
}

Result<Summary> WhitelistReader::summary() {
    auto& counts = impl_->counts;
    auto row = counts.step();
    if (!row) return row.error();
    Summary summary{counts.integer(0), counts.integer(1), counts.integer(2), std::nullopt};
    if (const auto changed = counts.maybe_integer(3)) summary.changed = UtcTime(milliseconds(*changed));
    counts.reset();
    if (auto followed = impl_->scopes.follow(); !followed) return followed.error();
    if (auto added = impl_->scopes.add_to(summary); !added) return added.error();
    return summary;
}

const std::string& WhitelistReader::damaged_scope() const {
    return impl_->scopes.damaged();
}

Status WhitelistReader::check() {
    return impl_->database.check();
}

}  // namespace menshen::whitelist
