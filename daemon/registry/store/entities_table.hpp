// Entities and what they refer to, as rows.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "registry/entities.hpp"
#include "registry/feed_rows.hpp"
#include "scopes_table.hpp"
#include "sql.hpp"

namespace menshen::registry {

/// Of a row "id, kind, scope, version, body".
inline constexpr std::string_view entity_columns = "e.id, e.kind, e.scope, e.version, e.body";
[[nodiscard]] Result<Entity> entity_from(const Rows& row, ScopesTable& scopes);

class EntitiesTable {
  public:
    EntitiesTable(Sql& sql, ScopesTable& scopes) : sql_(sql), scopes_(scopes) {}

    [[nodiscard]] Result<std::optional<Entity>> find(Id id);
    /// Another entity that has this unique key; 0: none.
    [[nodiscard]] Result<Id> holder_of(Kind kind, std::int64_t scope, const std::string& unique_key, Id but);
    [[nodiscard]] Status put(const Entity& entity, std::int64_t scope, const std::string& body, bool is_new);
    [[nodiscard]] Status remove(Id id);

    struct Referrer {
        Id id;
        Kind kind;
    };
    [[nodiscard]] Result<std::vector<Referrer>> referrers(Id target, int limit);

    [[nodiscard]] Result<Id> next_id();
    [[nodiscard]] Status keep_next_id(Id next);

  private:
    [[nodiscard]] Status put_references(const Entity& entity, bool is_new);
    Sql& sql_;
    ScopesTable& scopes_;
};

/// Entities of one transaction: each is read once, and what was put is seen.
class KnownEntities final : public Lookup {
  public:
    explicit KnownEntities(EntitiesTable& table) : table_(table) {}
    [[nodiscard]] Result<const Entity*> find(Id id) override;
    void put(const Entity* entity) { known_[entity->id] = entity; }
    void remove(Id id) { known_[id] = nullptr; }

  private:
    EntitiesTable& table_;
    std::unordered_map<Id, const Entity*> known_;
    std::deque<Entity> read_;
};

}  // namespace menshen::registry
