#pragma once

#include "entities_table.hpp"
#include "registry/directory.hpp"

namespace menshen::registry {

class DirectoryTable final : public Directory {
  public:
    DirectoryTable(Sql& sql, ScopesTable& scopes) : sql_(sql), scopes_(scopes), entities_(sql, scopes) {}
    [[nodiscard]] Result<std::optional<Entity>> find(Id id) override { return entities_.find(id); }
    [[nodiscard]] Result<std::optional<Entity>> find(Kind kind, const std::string& scope,
                                                     const std::string& unique_key) override;
    [[nodiscard]] Result<Page> find(const Query& query) override;
    [[nodiscard]] Result<bool> is_presented(const std::string& scope, const std::string& look_up) override;
    [[nodiscard]] Result<std::int64_t> count(Kind kind, const std::string& scope) override;

  private:
    [[nodiscard]] Result<std::string> scope_list(const std::vector<std::string>& names);
    Sql& sql_;
    ScopesTable& scopes_;
    EntitiesTable entities_;
};

}  // namespace menshen::registry
