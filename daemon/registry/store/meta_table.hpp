// Numbers that the store keeps for itself, by name.
#pragma once

#include "sql.hpp"

namespace menshen::registry {

[[nodiscard]] inline Result<std::optional<std::int64_t>> kept_number(Sql& sql, std::string_view key) {
    return sql.number("SELECT value FROM meta WHERE key = ?1", key);
}

[[nodiscard]] inline Status keep_number(Sql& sql, std::string_view key, std::int64_t value) {
    return sql.run("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2", key, value);
}

}  // namespace menshen::registry
