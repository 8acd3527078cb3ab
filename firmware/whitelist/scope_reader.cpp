#include "scope_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace menshen::whitelist {

namespace {

constexpr int most_successors = 20;  // that one look follows: no gate gets whole lists so fast

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

Status prepare_into(store::Database& database, store::Statement& to, std::string_view sql) {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    to = std::move(statement).value();
    return {};
}

Result<std::int64_t> version_of(store::Statement& version) {
    auto row = version.step();
    if (!row) return row.error();
    const auto number = version.integer(0);
    version.reset();
    return number;
}

}  // namespace

Status ScopeReader::prepare() {
    auto done = prepare_into(*main_, main_version_, "PRAGMA data_version");
    if (done) done = prepare_into(*main_, named_, "SELECT scope, file FROM scope");
    return done;
}

Result<std::map<std::string, std::string>> ScopeReader::named() {
    std::map<std::string, std::string> all;
    for (;;) {
        auto row = named_.step();
        if (!row) return row.error();
        if (!*row) return all;
        all.emplace(named_.text(0), named_.text(1));
    }
}

Status ScopeReader::follow() {
    for (int attempt = 0;; ++attempt) {
        auto now = version_of(main_version_);
        if (!now) return now.error();
        if (*now == seen_version_) return {};
        auto wanted = named();
        if (!wanted) return wanted.error();
        open_.remove_if([&](const Open& one) {
            const auto still = wanted->find(one.source.scope());
            return still == wanted->end() || still->second != one.file;
        });
        Status done;
        for (const auto& [scope, file] : *wanted) {
            const auto has_it = [&name = scope](const Open& one) { return one.source.scope() == name; };
            const bool is_open = std::any_of(open_.begin(), open_.end(), has_it);
            if (!done || is_open) continue;
            done = open(scope, file);
            damaged_ = !done && done.error().code == Errc::corrupt ? scope : "";
        }
        changed_ = true;
        if (done) {
            seen_version_ = *now;
            return {};
        }
        // A list that its successor has replaced meanwhile may be gone before, while or after SQLite opens its files,
        // and every moment has an error of its own: what counts is whether the names are still those.
        const auto then = version_of(main_version_);
        if (!then) return then.error();
        if (*then == *now || attempt == most_successors) return done;
    }
}

Status ScopeReader::open(const std::string& scope, const std::string& file) {
    store::Options options;
    options.role = store::Role::reader;
    options.cache_kib = 8192;
    options.vfs = vfs_;
    auto database = store::Database::open(folder_ / file, options);
    if (!database) return database.error();
    auto& one = open_.emplace_back(scope, file, std::move(database).value());
    auto done = one.rows.prepare();
    auto& connection = one.rows.database();
    if (done) done = prepare_into(connection, one.begin, "BEGIN");
    if (done) done = prepare_into(connection, one.end, "COMMIT");
    if (done) done = prepare_into(connection, one.version, "PRAGMA data_version");
    if (!done) open_.pop_back();
    return done;
}

Status ScopeReader::refresh(Open& one) {
    auto now = version_of(one.version);
    if (!now) return now.error();
    if (*now == one.seen_version) return {};
    one.source.forget();
    one.seen_version = *now;
    changed_ = true;
    return {};
}

Status ScopeReader::begin() {
    schedules_.clear();
    damaged_.clear();
    for (auto& one : open_) {
        auto done = one.begin.run();
        if (done) done = refresh(one);
        if (!done) return done;
    }
    if (!changed_) return {};
    if (auto done = read_calendar(); !done) return done;
    changed_ = false;
    return {};
}

void ScopeReader::end() {
    for (auto& one : open_) (void)one.end.run().ok();  // of one that did not begin it only says so
}

Status ScopeReader::blame(const Open& one, Status done) {
    if (!done && done.error().code == Errc::corrupt) damaged_ = one.source.scope();
    return done;
}

Status ScopeReader::read_calendar() {
    calendar_ = {};
    for (auto& one : open_) {
        auto part = one.source.calendar();
        if (!part) return blame(one, part.error());
        auto& all = calendar_.value;
        all.holidays.insert(all.holidays.end(), part->value.holidays.begin(), part->value.holidays.end());
        all.make_up_workdays.insert(all.make_up_workdays.end(), part->value.make_up_workdays.begin(),
                                    part->value.make_up_workdays.end());
        append(calendar_.unknown, part->unknown);
    }
    return {};
}

ScopeSource* ScopeReader::common() {
    const auto found =
        std::find_if(open_.begin(), open_.end(), [](const Open& one) { return one.source.scope() == common_scope; });
    return found == open_.end() ? nullptr : &found->source;
}

Status ScopeReader::add_permits(Listing& listing, CredentialKind kind) {
    for (auto& one : open_) {
        auto all = one.source.credentials(to_string(kind), listing.plate);
        if (!all) return blame(one, all.error());
        for (auto& credential : *all) {
            if (listing.permits.size() >= max_permits_a_plate) return {};
            if (auto done = add_permit(listing, one.source, std::move(credential)); !done) return blame(one, done);
        }
    }
    return {};
}

/// The permit stands in the credential's own scope, or else in `common`.
Status ScopeReader::add_permit(Listing& listing, ScopeSource& source, Understood<Credential> credential) {
    auto* where = &source;
    auto permit = source.permit(credential.value.permit_id);
    if (permit && !*permit && source.scope() != common_scope && common() != nullptr) {
        where = common();
        permit = where->permit(credential.value.permit_id);
    }
    if (!permit) return permit.error();
    if (!*permit) return {};  // a credential of nothing is no listing
    auto& found = **permit;
    append(found.value.unknown_critical, found.unknown);
    append(found.value.unknown_critical, credential.unknown);
    if (auto done = heed_places(*where, found.value); !done) return done;
    if (found.value.schedule_id) {
        if (auto done = add_schedule(*where, found.value); !done) return done;
    }
    listing.permits.emplace_back(std::move(credential.value), std::move(found.value));
    return {};
}

Status ScopeReader::heed_places(ScopeSource& source, Permit& permit) {
    const std::pair<RowKind, const std::vector<std::string>*> named[] = {
        {RowKind::zone, &permit.zones}, {RowKind::access_point, &permit.access_points}};
    auto* const shared = source.scope() == common_scope ? nullptr : common();
    for (auto* place : {&source, shared}) {
        for (const auto& [kind, keys] : named) {
            for (const auto& key : *keys) {
                if (place == nullptr) continue;
                auto unknown = place->unknown_of_place(kind, key);
                if (!unknown) return unknown.error();
                append(permit.unknown_critical, *unknown);
            }
        }
    }
    return {};
}

/// So, too, the schedule. One that is not there is denied by decide.
Status ScopeReader::add_schedule(ScopeSource& source, Permit& permit) {
    append(permit.unknown_critical, calendar_.unknown);
    auto* where = &source;
    auto schedule = source.schedule(*permit.schedule_id);
    if (schedule && !*schedule && source.scope() != common_scope && common() != nullptr) {
        where = common();
        schedule = where->schedule(*permit.schedule_id);
    }
    if (!schedule) return schedule.error();
    if (!*schedule) {
        permit.schedule_id = 0;  // no schedule has that number: another scope's must not stand in
        return {};
    }
    append(permit.unknown_critical, (*schedule)->unknown);
    const auto same_id = [&](const FoundSchedule& one) { return one.schedule.id == *permit.schedule_id; };
    auto found = std::find_if(schedules_.begin(), schedules_.end(), [&](const FoundSchedule& one) {
        return one.scope == where->scope() && one.original == *permit.schedule_id;
    });
    if (found == schedules_.end()) {
        const bool taken = std::any_of(schedules_.begin(), schedules_.end(), same_id);
        auto value = std::move((*schedule)->value);
        value.id = taken ? -static_cast<std::int64_t>(schedules_.size()) : *permit.schedule_id;
        schedules_.push_back({where->scope(), *permit.schedule_id, std::move(value)});
        found = std::prev(schedules_.end());
    }
    permit.schedule_id = found->schedule.id;
    return {};
}

Status ScopeReader::add_blocks(Listing& listing) {
    for (auto& one : open_) {
        auto blocks = one.source.blocks(listing.plate);
        if (!blocks) return blame(one, blocks.error());
        for (auto& block : *blocks) listing.blocks.push_back(std::move(block));
    }
    return {};
}

Status ScopeReader::add_to(Summary& summary) {
    const std::pair<std::string_view, std::int64_t Summary::*> counts[] = {
        {"credentials", &Summary::credentials}, {"permits", &Summary::permits}, {"blocks", &Summary::blocks}};
    for (auto& one : open_) {
        for (const auto& [name, member] : counts) {
            auto number = one.rows.number(name);
            if (!number) return blame(one, number.error());
            summary.*member += *number;
        }
        auto changed = one.rows.number("changed");
        if (!changed) return blame(one, changed.error());
        const UtcTime at{milliseconds(*changed)};
        if (!summary.changed || *summary.changed < at) summary.changed = at;
    }
    return {};
}

}  // namespace menshen::whitelist
