#include "whitelist/writer.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

#include "change.hpp"
#include "values/json.hpp"
#include "values/plate.hpp"

namespace menshen::whitelist {

struct WhitelistWriter::Impl {
    store::OwnerLock lock;
    Tables tables;
    std::optional<ScopeLists> scopes;
};

namespace {

Result<std::string> plate_text(std::string_view typed) {
    auto plate = Plate::parse(typed);
    if (!plate) return plate.error();
    return plate->text();
}

Status remove_old_visitors(Tables& tables, Change& change, LocalTime before) {
    auto old = tables.database.prepare(
        "SELECT id FROM permit WHERE scope = 'local' AND class = 'visitor' AND valid_until < ?1 LIMIT 100");
    if (!old) return old.error();
    old->bind(1, number_of(before));
    std::vector<std::int64_t> ids;
    for (;;) {
        auto row = old->step();
        if (!row) return row.error();
        if (!*row) break;
        ids.push_back(old->integer(0));
    }
    for (const auto id : ids) {
        if (auto done = change.remove_permit(id); !done) return done;
    }
    return {};
}

Status visitor_time(LocalTime until, const Now& now) {
    if (now.clock == ClockState::unset) {
        return {Errc::unavailable,
                "the clock is not set, so a visitor's time cannot be judged; admit this car by hand"};
    }
    const LocalTime latest = date_of(now.local) + std::chrono::days(2);
    if (until <= now.local)
        return {Errc::invalid, fmt::format("{} is past; it is {}", format_local(until), format_local(now.local))};
    if (until > latest) {
        return {Errc::invalid, fmt::format("a visitor's time ends at the latest at {} (the end of tomorrow), not {}",
                                           format_local(latest), format_local(until))};
    }
    return {};
}

Result<Permit> store_permit(Change& change, Permit permit, std::span<const Credential> credentials) {
    const bool is_new = permit.id == 0;
    if (is_new) permit.id = change.new_id();
    auto done = is_new ? change.insert(permit) : change.replace(permit);
    if (done && !is_new) done = change.remove_credentials(permit.id);
    if (!done) return done.error();
    for (Credential credential : credentials) {
        if (credential.kind == CredentialKind::plate) {
            auto text = plate_text(credential.value);
            if (!text) return text.error();
            credential.value = std::move(text).value();
        }
        credential.id = change.new_id();
        credential.permit_id = permit.id;
        if (done = change.add(credential); !done) return done.error();
    }
    return permit;
}

}  // namespace

WhitelistWriter::WhitelistWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WhitelistWriter::WhitelistWriter(WhitelistWriter&&) noexcept = default;
WhitelistWriter& WhitelistWriter::operator=(WhitelistWriter&&) noexcept = default;
WhitelistWriter::~WhitelistWriter() = default;

Result<WhitelistWriter::Opened> WhitelistWriter::open(const std::filesystem::path& file, UtcTime now,
                                                      std::optional<std::string> distrust, const std::string& vfs) {
    store::OwnedOptions options;
    options.application_id = application_id;
    options.migrations = migrations();
    options.connection.vfs = vfs;
    options.distrust = std::move(distrust);
    auto owned = store::open_owned(file, options, now);
    if (!owned) return owned.error();
    auto impl = std::make_unique<Impl>(Impl{std::move(owned->lock), Tables(std::move(owned->database)), {}});
    if (auto done = impl->tables.prepare(); !done) return done.error().in(file.string());
    if (auto done = impl->tables.load(now); !done) return done.error().in(file.string());
    auto scopes = ScopeLists::open(impl->tables, file.parent_path(), vfs);
    if (!scopes) return scopes.error();
    impl->scopes.emplace(std::move(scopes).value());
    impl->tables.scopes = &*impl->scopes;
    return Opened{WhitelistWriter(std::move(impl)), owned->created, std::move(owned->set_aside)};
}

Result<Permit> WhitelistWriter::upsert_permit(Permit permit, std::span<const Credential> credentials, UtcTime now) {
    permit.scope = local_scope;
    auto change = Change::begin(impl_->tables);
    if (!change) return change.error();
    if (permit.id != 0) {
        auto& query = impl_->tables.permit_by_id;
        auto row = query.bind(1, permit.id).step();
        if (!row) return row.error();
        if (!*row) return {Errc::not_found, fmt::format("no permit {} in the local list", permit.id)};
        query.reset();
    }
    auto stored = store_permit(*change, std::move(permit), credentials);
    if (!stored) return stored;
    if (auto done = change->commit(now); !done) return done.error();
    return stored;
}

Status WhitelistWriter::remove_permit(std::int64_t id, UtcTime now) {
    auto change = Change::begin(impl_->tables);
    if (!change) return change.error();
    if (auto done = change->remove_permit(id); !done) return done;
    return change->commit(now);
}

Result<Block> WhitelistWriter::upsert_block(Block block, UtcTime now) {
    auto text = plate_text(block.plate);
    if (!text) return text.error();
    block.plate = std::move(text).value();
    block.scope = local_scope;
    auto change = Change::begin(impl_->tables);
    if (!change) return change.error();
    const bool is_new = block.id == 0;
    if (is_new) {
        block.id = change->new_id();
    } else {
        auto known = impl_->tables.database.number(
            fmt::format("SELECT 1 FROM block WHERE scope = 'local' AND id = {}", block.id));
        if (!known) return known.error();
        if (!*known) return {Errc::not_found, fmt::format("no block {} in the local list", block.id)};
    }
    if (auto done = change->put(block, is_new); !done) return done.error();
    if (auto done = change->commit(now); !done) return done.error();
    return block;
}

Status WhitelistWriter::remove_block(std::int64_t id, UtcTime now) {
    auto change = Change::begin(impl_->tables);
    if (!change) return change.error();
    if (auto done = change->remove_block(id); !done) return done;
    return change->commit(now);
}

Result<std::vector<Block>> WhitelistWriter::blocks() {
    auto rows = impl_->tables.database.prepare(
        fmt::format("SELECT {} FROM block WHERE scope = 'local' ORDER BY id", block_columns));
    if (!rows) return rows.error();
    std::vector<Block> all;
    for (;;) {
        auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return all;
        auto block = block_from(*rows);
        if (!block) return block.error();
        all.push_back(std::move(block).value());
    }
}

Status WhitelistWriter::restore_blocks(std::span<const Block> blocks, UtcTime now) {
    auto change = Change::begin(impl_->tables);
    if (!change) return change.error();
    auto known = impl_->tables.database.prepare("SELECT 1 FROM block WHERE scope = 'local' AND id = ?1");
    if (!known) return known.error();
    bool added = false;
    for (const auto& block : blocks) {
        auto row = known->bind(1, block.id).step();
        if (!row) return row.error();
        known->reset();
        if (*row) continue;
        added = true;
        change->give_no_more(block.id);
        if (auto done = change->put(block, true); !done) return done;
    }
    return added ? change->commit(now) : Status();
}

Result<Permit> WhitelistWriter::register_visitor(const Visitor& visitor, const Now& now) {
    auto plate = plate_text(visitor.plate);
    if (!plate) return plate.error();
    if (auto done = visitor_time(visitor.until, now); !done) return done.error();
    auto change = Change::begin(impl_->tables);
    if (!change) return change.error();
    auto blocked = is_blocked(impl_->tables, *plate, now.local);
    if (!blocked) return blocked.error();
    if (*blocked)
        return {Errc::denied, fmt::format("{} is blocked; a visitor's leave cannot stand above that", *plate)};
    auto existing = permit_of(impl_->tables, *plate, true, PermitClass::visitor);
    if (!existing) return existing.error();
    Permit permit = existing->value_or(Permit{});
    permit.scope = local_scope;
    permit.permit_class = PermitClass::visitor;
    permit.state = PermitState::active;
    permit.holder = visitor.holder;
    permit.note = visitor.note;
    permit.valid_from = std::nullopt;
    permit.valid_until = visitor.until;
    const Credential credential{0, CredentialKind::plate, *plate, 0};
    auto stored = store_permit(*change, std::move(permit), {&credential, 1});
    if (!stored) return stored;
    if (auto done = remove_old_visitors(impl_->tables, *change, now.local - std::chrono::days(30)); !done)
        return done.error();
    if (auto done = change->commit(now.utc); !done) return done.error();
    return stored;
}

namespace {

Status put_body(Tables& tables, std::string_view table, std::int64_t id, const std::string& body, UtcTime now) {
    auto change = Change::begin(tables);
    if (!change) return change.error();
    auto statement = tables.database.prepare(fmt::format(
        "INSERT INTO {} (scope, id, body) VALUES ('local', ?1, ?2) ON CONFLICT (scope, id) DO UPDATE SET body = ?2",
        table));
    if (!statement) return statement.error();
    if (auto done = statement->bind(1, id).bind(2, std::string_view(body)).run(); !done) return done;
    return change->commit(now);
}

}  // namespace

Status WhitelistWriter::put_schedule(const Schedule& schedule, UtcTime now) {
    if (schedule.id <= 0) return {Errc::invalid, "a schedule's id is a number above 0"};
    return put_body(impl_->tables, "schedule", schedule.id, boost::json::serialize(to_json(schedule)), now);
}

Status WhitelistWriter::remove_schedule(std::int64_t id, UtcTime now) {
    auto change = Change::begin(impl_->tables);
    if (!change) return change.error();
    auto done =
        impl_->tables.database.execute(fmt::format("DELETE FROM schedule WHERE scope = 'local' AND id = {}", id));
    if (!done) return done;
    if (impl_->tables.database.changes() == 0) return {Errc::not_found, fmt::format("no schedule {}", id)};
    return change->commit(now);
}

Status WhitelistWriter::put_calendar(const Calendar& calendar, UtcTime now) {
    return put_body(impl_->tables, "calendar", 1, boost::json::serialize(to_json(calendar)), now);
}

ImportCheck WhitelistWriter::check(ImportStage& stage) {
    return {impl_->tables, stage};
}

Result<ImportReport> WhitelistWriter::commit(ImportStage& stage, UtcTime now,
                                             const std::function<void(std::int64_t)>& progress) {
    auto report = commit_stage(impl_->tables, stage, now, progress);
    if (report && report->committed) (void)impl_->tables.database.checkpoint().ok();  // a large WAL slows readers
    return report;
}

Result<ImportReport> WhitelistWriter::import(const ImportRequest& request, UtcTime now) {
    auto stage = ImportStage::open();
    if (!stage) return stage.error();
    if (auto done = stage->add(request.rows); !done) return done.error();
    if (!request.dry_run) return commit(*stage, now);
    auto looking = check(*stage);
    for (auto more = Result<bool>(true); *more;) {
        more = looking.step();
        if (!more) return more.error();
    }
    return looking.report();
}

Status WhitelistWriter::checkpoint() {
    auto done = impl_->tables.database.checkpoint();
    return done ? impl_->scopes->checkpoint() : done;
}

ScopeLists& WhitelistWriter::scopes() {
    return *impl_->scopes;
}

}  // namespace menshen::whitelist
