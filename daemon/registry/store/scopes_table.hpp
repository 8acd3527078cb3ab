// Names of scopes and the numbers that tables know them by.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sql.hpp"

namespace menshen::registry {

class ScopesTable {
  public:
    explicit ScopesTable(Sql& sql) : sql_(sql) {}

    [[nodiscard]] Result<std::optional<std::int64_t>> find(const std::string& name) {
        auto known = numbers_.find(name);
        if (known == numbers_.end()) {
            if (auto done = read(); !done) return done.error();
            known = numbers_.find(name);
        }
        return known != numbers_.end() ? std::optional(known->second) : std::nullopt;
    }
    /// Errc::not_found says which.
    [[nodiscard]] Result<std::int64_t> number(const std::string& name) {
        auto found = find(name);
        if (!found) return found.error();
        if (!*found) return {Errc::not_found, "no scope " + name.substr(0, 40)};
        return **found;
    }
    [[nodiscard]] Result<std::string> name(std::int64_t number) {
        auto known = names_.find(number);
        if (known == names_.end()) {
            if (auto done = read(); !done) return done.error();
            known = names_.find(number);
        }
        if (known == names_.end()) return {Errc::corrupt, "a row of a scope that is not there"};
        return known->second;
    }

  private:
    Status read() {
        return each_row(sql_.ask("SELECT id, name FROM scope"), [this](const Rows& row) {
            numbers_[row.text(1)] = row.integer(0);
            names_[row.integer(0)] = row.text(1);
            return Status{};
        });
    }
    Sql& sql_;
    std::map<std::string, std::int64_t> numbers_;
    std::map<std::int64_t, std::string> names_;
};

}  // namespace menshen::registry
