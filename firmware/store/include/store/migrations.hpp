// Additive, numbered changes of a database's tables (config/migrations/<database>/NNNN-name.sql, embedded at build).
#pragma once

#include <span>
#include <string_view>

#include "store/database.hpp"

namespace menshen::store {

struct Migration {
    int number;  // 1, 2, 3 … without a gap (checked at build)
    std::string_view name;
    std::string_view sql;
};

/// Applies what is missing, all in one transaction, and remembers it in table `migration`. A database that a newer
/// release has already changed is accepted: migrations only add.
[[nodiscard]] Status migrate(Database& database, std::span<const Migration> migrations);

}  // namespace menshen::store
