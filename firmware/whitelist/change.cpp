#include "change.hpp"

#include <fmt/format.h>

#include "whitelist/scope_lists.hpp"

namespace menshen::whitelist {

namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t Counters::*>, 5> counter_names = {{
    {"next_id", &Counters::next_id},
    {"changed", &Counters::changed},
    {"credentials", &Counters::credentials},
    {"permits", &Counters::permits},
    {"blocks", &Counters::blocks},
}};

}  // namespace

Status Tables::prepare() {
    const std::pair<store::Statement*, std::string_view> all[] = {
        {&put_permit,
         "INSERT INTO permit (scope, id, class, valid_until, body) VALUES ('local', ?1, ?2, ?3, ?4) "
         "ON CONFLICT (scope, id) DO UPDATE SET class = ?2, valid_until = ?3, body = ?4"},
        {&drop_permit, "DELETE FROM permit WHERE scope = 'local' AND id = ?1"},
        {&permit_by_id, "SELECT body FROM permit WHERE scope = 'local' AND id = ?1"},
        {&put_credential,
         "INSERT INTO credential (scope, id, kind, value, permit_id) VALUES ('local', ?1, ?2, ?3, ?4)"},
        {&drop_credentials, "DELETE FROM credential WHERE scope = 'local' AND permit_id = ?1"},
        {&put_block,
         "INSERT INTO block (scope, id, kind, plate, reason, until) VALUES ('local', ?1, ?2, ?3, ?4, ?5) "
         "ON CONFLICT (scope, id) DO UPDATE SET kind = ?2, plate = ?3, reason = ?4, until = ?5"},
        {&drop_block, "DELETE FROM block WHERE scope = 'local' AND id = ?1"},
        {&same_plate,
         "SELECT p.id, p.body FROM credential c JOIN permit p ON p.scope = c.scope AND p.id = c.permit_id "
         "WHERE c.kind = 'plate' AND c.value = ?1 AND c.scope = 'local' AND (p.class = 'visitor') = ?2 "
         "ORDER BY p.class <> ?3, p.id LIMIT 1"},
        {&active_block,
         "SELECT 1 FROM block WHERE plate = ?1 AND kind NOT IN ('watch', 'hold') AND (until IS NULL OR until > ?2)"},
        {&listed_plate, "SELECT 1 FROM credential WHERE kind = 'plate' AND value = ?1 LIMIT 1"},
        {&put_meta, "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = database.prepare(sql);
        if (!prepared) return prepared.error();
        *statement = std::move(prepared).value();
    }
    return {};
}

Status Tables::load(UtcTime now) {
    // 1024 ids a second from 2023 on: below 2^53, which JSON numbers keep
    constexpr std::int64_t from = 1'672'531'200'000;
    const std::int64_t at = now.time_since_epoch().count();
    counters = {};
    if (at > from) counters.next_id = (at - from) / 1000 * 1024 + 1;
    for (const auto& [name, member] : counter_names) {
        auto value = database.number(fmt::format("SELECT value FROM meta WHERE key = '{}'", name));
        if (!value) return value.error();
        if (*value) counters.*member = **value;
    }
    return {};
}

Result<Change> Change::begin(Tables& tables) {
    auto transaction = store::Transaction::begin(tables.database);
    if (!transaction) return transaction.error();
    return Change(tables, std::move(transaction).value());
}

Status Change::write(const Permit& permit) {
    const std::string body = body_of(permit);
    return tables_->put_permit.bind(1, permit.id)
        .bind(2, to_string(permit.permit_class))
        .bind(3, number_of(permit.valid_until))
        .bind(4, std::string_view(body))
        .run();
}

Status Change::insert(const Permit& permit) {
    ++counters_.permits;
    return write(permit);
}

Status Change::replace(const Permit& permit) {
    return write(permit);
}

Status Change::remove_permit(std::int64_t id) {
    if (auto done = remove_credentials(id); !done) return done;
    if (auto done = tables_->drop_permit.bind(1, id).run(); !done) return done;
    if (tables_->database.changes() == 0) return {Errc::not_found, fmt::format("no permit {} in the local list", id)};
    --counters_.permits;
    return {};
}

Status Change::add(const Credential& credential) {
    ++counters_.credentials;
    return tables_->put_credential.bind(1, credential.id)
        .bind(2, to_string(credential.kind))
        .bind(3, std::string_view(credential.value))
        .bind(4, credential.permit_id)
        .run();
}

Status Change::remove_credentials(std::int64_t permit_id) {
    auto done = tables_->drop_credentials.bind(1, permit_id).run();
    if (done) counters_.credentials -= tables_->database.changes();
    return done;
}

Status Change::put(const Block& block, bool is_new) {
    if (is_new) ++counters_.blocks;
    return tables_->put_block.bind(1, block.id)
        .bind(2, to_string(block.kind))
        .bind(3, std::string_view(block.plate))
        .bind(4, std::string_view(block.reason))
        .bind(5, number_of(block.until))
        .run();
}

Status Change::remove_block(std::int64_t id) {
    if (auto done = tables_->drop_block.bind(1, id).run(); !done) return done;
    if (tables_->database.changes() == 0) return {Errc::not_found, fmt::format("no block {} in the local list", id)};
    --counters_.blocks;
    return {};
}

Status Change::commit(UtcTime now) {
    counters_.changed = now.time_since_epoch().count();
    for (const auto& [name, member] : counter_names) {
        if (auto done = tables_->put_meta.bind(1, name).bind(2, counters_.*member).run(); !done) return done;
    }
    auto done = transaction_.commit();
    if (done) tables_->counters = counters_;
    return done;
}

Result<std::optional<Permit>> permit_of(Tables& tables, std::string_view plate, bool visitor,
                                        PermitClass permit_class) {
    auto& query = tables.same_plate;
    auto row = query.bind(1, plate).bind(2, std::int64_t{visitor}).bind(3, to_string(permit_class)).step();
    if (!row) return row.error();
    if (!*row) return std::optional<Permit>{};
    auto permit = permit_from(local_scope, query.integer(0), query.text(1));
    query.reset();
    if (!permit) return permit.error();
    return std::optional<Permit>(std::move(permit).value());
}

namespace {

Result<bool> any_row(store::Statement& query) {
    auto row = query.step();
    if (row && *row) query.reset();
    return row;
}

}  // namespace

Result<bool> is_blocked(Tables& tables, std::string_view plate, std::optional<LocalTime> local) {
    // without a believable clock every block is in force
    const std::int64_t at = local ? number_of(*local) : INT64_MIN;
    auto here = any_row(tables.active_block.bind(1, plate).bind(2, at));
    if (!here || *here || tables.scopes == nullptr) return here;
    return tables.scopes->is_blocked(plate, local);
}

Result<bool> is_listed(Tables& tables, std::string_view plate) {
    return any_row(tables.listed_plate.bind(1, plate));
}

}  // namespace menshen::whitelist
