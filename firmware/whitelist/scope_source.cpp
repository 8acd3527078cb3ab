#include "scope_source.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "bundle/critical.hpp"
#include "rows.hpp"
#include "values/json.hpp"

namespace menshen::whitelist {

namespace {

// Fields that this build heeds: they may be named in `crit`.
constexpr std::array<std::string_view, 18> permit_fields = {
    "id",    "scope",      "permit_class", "state",       "holder",         "unit",
    "phone", "note",       "valid_from",   "valid_until", "schedule_id",    "zones",
    "crit",  "max_inside", "max_uses",     "escort",      "order_required", "access_points"};
constexpr std::array<std::string_view, 5> credential_fields = {"id", "kind", "value", "permit_id", "crit"};
constexpr std::array<std::string_view, 5> schedule_fields = {"id", "name", "week", "holiday", "crit"};
constexpr std::array<std::string_view, 3> calendar_fields = {"holidays", "make_up_workdays", "crit"};
constexpr std::array<std::string_view, 7> block_fields = {"id", "scope", "kind", "plate", "reason", "until", "crit"};
constexpr std::array<std::string_view, 5> zone_fields = {"id", "key", "name", "capacity", "crit"};
constexpr std::array<std::string_view, 8> access_point_fields = {"id",        "key",  "name", "kind",
                                                                 "direction", "zone", "gate", "crit"};

constexpr const char* unreadable = "unreadable";

std::optional<boost::json::object> object_of(std::string_view body) {
    boost::system::error_code failed;
    auto value = boost::json::parse(boost::json::string_view(body.data(), body.size()), failed);
    if (failed || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

/// What cannot be read grants no more than what is not understood, and stops nothing else.
template <class T>
Understood<T> understand(std::string_view body, std::int64_t id, std::span<const std::string_view> known) {
    Understood<T> row;
    auto object = object_of(body);
    if (!object) return {{}, {unreadable}};
    row.unknown = bundle::unknown_critical(*object, known);
    (*object)["id"] = id;  // key and scope are the row's, whatever its body says
    if constexpr (std::is_same_v<T, Permit>) {
        (*object)["scope"] = "";
    }
    auto value = from_json<T>(*object);
    if (value) {
        row.value = std::move(value).value();
    } else {
        row.unknown.emplace_back(unreadable);
    }
    return row;
}

std::string field_or(const boost::json::object& object, std::string_view key, std::string other) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::move(other);
}

/// Denies as long as its plate can be read: what it says beside is for a person, or made stricter.
Block block_of(const boost::json::object& body) {
    Block block;
    const auto kind = field_or(body, "kind", "");
    if (kind == to_string(BlockKind::hold)) block.kind = BlockKind::hold;
    if (kind == to_string(BlockKind::watch)) block.kind = BlockKind::watch;
    if (!bundle::unknown_critical(body, block_fields).empty() && block.kind == BlockKind::watch) {
        block.kind = BlockKind::block;
    }
    block.reason = field_or(body, "reason", "");
    if (const auto until = parse_local(field_or(body, "until", ""))) block.until = *until;
    return block;
}

const Error not_proved{Errc::corrupt, "a row of the registry's list is not what was signed"};

}  // namespace

Result<bool> ScopeSource::proved(const RowKey& key, std::string& body) {
    auto there = rows_->get(key, body);
    if (!there || !*there) return there;
    auto leaves = rows_->leaves(key.bucket);
    if (!leaves) return leaves.error();
    auto stored = rows_->bucket(key.bucket);
    if (!stored) return stored.error();
    const auto leaf = bundle::leaf_of(key.name, key.id, body);
    if (!std::binary_search(leaves->begin(), leaves->end(), leaf)) return not_proved;
    if (!*stored || bundle::bucket_hash(*leaves) != **stored) return not_proved;
    return true;
}

template <class Each>
Status ScopeSource::found(RowKind kind, std::string_view what, std::string_view value, Each each) {
    auto terms = rows_->terms_of(term_hash(kind, what, value));
    if (!terms) return terms.error();
    std::string body;
    for (const auto& term : *terms) {
        if (kind_in(term) != kind) continue;
        const auto key = row_key(kind, id_in(term));
        auto there = proved(key, body);
        if (!there) return there.error();
        if (!*there) return not_proved;
        each(key, body);
    }
    return {};
}

Result<std::vector<Understood<Credential>>> ScopeSource::credentials(std::string_view kind, std::string_view value) {
    std::vector<Understood<Credential>> all;
    auto done = found(RowKind::credential, kind, value, [&](const RowKey& key, const std::string& body) {
        auto row = understand<Credential>(body, key.id, credential_fields);
        if (to_string(row.value.kind) == kind && row.value.value == value) all.push_back(std::move(row));
    });
    if (!done) return done.error();
    return all;
}

Result<std::vector<Block>> ScopeSource::blocks(std::string_view plate) {
    std::vector<Block> all;
    auto done = found(RowKind::block, {}, plate, [&](const RowKey& key, const std::string& body) {
        const auto object = object_of(body);
        if (!object) return;
        const auto term = term_of(key, body);
        if (!term || hash_in(*term) != term_hash(RowKind::block, {}, plate)) return;
        auto block = block_of(*object);
        block.id = key.id;
        block.scope = scope_;
        block.plate = plate;
        all.push_back(std::move(block));
    });
    if (!done) return done.error();
    return all;
}

Result<std::optional<Understood<Permit>>> ScopeSource::permit(std::int64_t id) {
    std::string body;
    auto there = proved(row_key(RowKind::permit, id), body);
    if (!there) return there.error();
    if (!*there) return std::optional<Understood<Permit>>{};
    auto row = understand<Permit>(body, id, permit_fields);
    row.value.id = id;
    row.value.scope = scope_;
    return std::optional(std::move(row));
}

Result<std::optional<Understood<Schedule>>> ScopeSource::schedule(std::int64_t id) {
    std::string body;
    auto there = proved(row_key(RowKind::schedule, id), body);
    if (!there) return there.error();
    if (!*there) return std::optional<Understood<Schedule>>{};
    return std::optional(understand<Schedule>(body, id, schedule_fields));
}

Result<Understood<Calendar>> ScopeSource::calendar() {
    Understood<Calendar> all;
    const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    auto done = found(RowKind::calendar, {}, {}, [&](const RowKey& key, const std::string& body) {
        const auto row = understand<Calendar>(body, key.id, calendar_fields);
        append(all.value.holidays, row.value.holidays);
        append(all.value.make_up_workdays, row.value.make_up_workdays);
        append(all.unknown, row.unknown);
    });
    if (!done) return done.error();
    return all;
}

Result<std::vector<std::string>> ScopeSource::unknown_of_place(RowKind kind, const std::string& key) {
    if (const auto known = places_.find({kind, key}); known != places_.end()) return known->second;
    const std::span<const std::string_view> fields =
        kind == RowKind::zone ? std::span<const std::string_view>(zone_fields) : access_point_fields;
    std::vector<std::string> unknown;
    auto done = found(kind, {}, key, [&](const RowKey&, const std::string& body) {
        const auto object = object_of(body);
        const auto more = object ? bundle::unknown_critical(*object, fields) : std::vector<std::string>{unreadable};
        unknown.insert(unknown.end(), more.begin(), more.end());
    });
    if (!done) return done.error();
    return places_[{kind, key}] = std::move(unknown);
}

}  // namespace menshen::whitelist
