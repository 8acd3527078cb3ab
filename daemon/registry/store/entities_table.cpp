#include "entities_table.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "meta_table.hpp"
#include "registry/fields.hpp"

namespace menshen::registry {

Result<Entity> entity_from(const Rows& row, ScopesTable& scopes) {
    Entity entity;
    entity.id = row.integer(0);
    entity.version = row.integer(3);
    const auto kind = kind_from(row.view(1));
    if (!kind) return {Errc::corrupt, fmt::format("entity {} is of no kind we know", entity.id)};
    auto scope = scopes.name(row.integer(2));
    if (!scope) return scope.error();
    entity.scope = std::move(scope).value();
    boost::system::error_code failed;
    const auto text = row.view(4);
    const auto body = boost::json::parse(boost::json::string_view(text.data(), text.size()), failed);
    if (failed || !body.is_object()) return {Errc::corrupt, fmt::format("entity {} is not JSON", entity.id)};
    entity.value = empty_value(*kind);
    const auto errors = read_fields(body.get_object(), entity.value, Strictness::stored);
    if (!errors.empty()) {
        return {Errc::corrupt, fmt::format("entity {}: {} {}", entity.id, errors[0].pointer, errors[0].text)};
    }
    return entity;
}

Result<std::optional<Entity>> EntitiesTable::find(Id id) {
    auto rows = sql_.ask("SELECT e.id, e.kind, e.scope, e.version, e.body FROM entity e WHERE e.id = ?1", id);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    if (!*row) return std::optional<Entity>{};
    auto entity = entity_from(*rows, scopes_);
    if (!entity) return entity.error();
    return std::optional<Entity>(std::move(entity).value());
}

Result<Id> EntitiesTable::holder_of(Kind kind, std::int64_t scope, const std::string& unique_key, Id but) {
    auto found = sql_.number("SELECT id FROM entity WHERE kind = ?1 AND scope = ?2 AND unique_key = ?3 AND id <> ?4",
                             to_string(kind), scope, unique_key, but);
    if (!found) return found.error();
    return found->value_or(0);
}

Status EntitiesTable::put(const Entity& entity, std::int64_t scope, const std::string& body, bool is_new) {
    const auto facets = facets_of(entity.value);
    const auto begins = registry::number_of(facets.from);
    const auto ends = registry::number_of(facets.until);
    auto done = is_new ? sql_.run("INSERT INTO entity VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                                  entity.id, to_string(entity.kind()), scope, entity.version, facets.unique_key,
                                  facets.look_up, facets.group, facets.state, begins, ends, facets.words, body)
                       : sql_.run(
                             "UPDATE entity SET version = ?2, unique_key = ?3, look_up = ?4, grouping = ?5, "
                             "state = ?6, begins = ?7, ends = ?8, words = ?9, body = ?10 WHERE id = ?1",
                             entity.id, entity.version, facets.unique_key, facets.look_up, facets.group, facets.state,
                             begins, ends, facets.words, body);
    if (done) done = put_references(entity, is_new);
    return done;
}

Status EntitiesTable::put_references(const Entity& entity, bool is_new) {
    if (!is_new) {
        if (auto done = sql_.run("DELETE FROM reference WHERE source = ?1", entity.id); !done) return done;
    }
    Status done;
    Value value = entity.value;
    each_reference(value, [&](const Reference& reference) {
        if (!done) return;
        done = sql_.run("INSERT INTO reference VALUES (?1, ?2) ON CONFLICT DO NOTHING", *reference.id, entity.id);
    });
    return done;
}

Status EntitiesTable::remove(Id id) {
    auto done = sql_.run("DELETE FROM reference WHERE source = ?1", id);
    if (done) done = sql_.run("DELETE FROM entity WHERE id = ?1", id);
    return done;
}

Result<std::vector<EntitiesTable::Referrer>> EntitiesTable::referrers(Id target, int limit) {
    std::vector<Referrer> found;
    auto done = each_row(sql_.ask("SELECT e.id, e.kind FROM reference r JOIN entity e ON e.id = r.source "
                                  "WHERE r.target = ?1 ORDER BY r.source LIMIT ?2",
                                  target, std::int64_t{limit}),
                         [&](const Rows& row) {
                             if (const auto kind = kind_from(row.view(1))) found.push_back({row.integer(0), *kind});
                             return Status{};
                         });
    if (!done) return done.error();
    return found;
}

Result<Id> EntitiesTable::next_id() {
    auto next = kept_number(sql_, "next_id");
    if (!next) return next.error();
    return next->value_or(1);
}

Status EntitiesTable::keep_next_id(Id next) {
    return keep_number(sql_, "next_id", next);
}

Result<const Entity*> KnownEntities::find(Id id) {
    if (const auto known = known_.find(id); known != known_.end()) return known->second;
    auto found = table_.find(id);
    if (!found) return found.error();
    const Entity* entity = nullptr;
    if (*found) entity = &read_.emplace_back(std::move(**found));
    known_[id] = entity;
    return entity;
}

}  // namespace menshen::registry
