// The writing connection and everything that writes through it.
#pragma once

#include "audit_table.hpp"
#include "entities_table.hpp"
#include "feed_table.hpp"
#include "scopes_table.hpp"
#include "sql.hpp"

namespace menshen::registry {

struct Tables {
    Tables(Sql& connection, HeadMaker& heads)
        : sql(connection), scopes(connection), entities(connection, scopes), feed(connection, heads) {}
    Sql& sql;
    ScopesTable scopes;
    EntitiesTable entities;
    FeedTable feed;
};

/// The rows of the feed that follow from entities, within one transaction.
class Projection {
  public:
    Projection(Tables& tables, KnownEntities& known, const Now& now) : tables_(tables), known_(known), now_(now) {}

    /// Its row, and those of whatever refers to it.
    [[nodiscard]] Status changed(const Entity& entity, bool is_new);
    [[nodiscard]] Status removed(Kind kind, Id id, std::int64_t scope);
    /// After the last of them. At most once.
    [[nodiscard]] Result<std::vector<Position>> apply();

  private:
    [[nodiscard]] Status project(Id id, bool is_new);
    Tables& tables_;
    KnownEntities& known_;
    const Now& now_;
    std::map<Id, bool> wanted_;  // id, is new
    std::vector<FeedChange> changes_;
};

}  // namespace menshen::registry
