// Rows of whitelist.db as values, shared by reader and writer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/database.hpp"
#include "store/migrations.hpp"
#include "values/permit.hpp"

namespace menshen::whitelist {

inline constexpr std::string_view local_scope = "local";
inline constexpr std::int32_t application_id = 0x4D53'574C;  // "MSWL": whitelist.db is told from any other database

std::span<const store::Migration> migrations();

[[nodiscard]] std::int64_t number_of(LocalTime time);
[[nodiscard]] std::optional<std::int64_t> number_of(const std::optional<LocalTime>& time);
[[nodiscard]] std::optional<LocalTime> local_time(const std::optional<std::int64_t>& number);

[[nodiscard]] std::string body_of(const Permit& permit);
/// Key and scope come from the row, the rest from the body. Critical fields (`crit`) that this build does not know are
/// named in unknown_critical, so that the permit never grants (I21).
[[nodiscard]] Result<Permit> permit_from(std::string_view scope, std::int64_t id, std::string_view body);
[[nodiscard]] Result<Schedule> schedule_from(std::int64_t id, std::string_view body);
[[nodiscard]] Result<Calendar> calendar_from(std::string_view body);
[[nodiscard]] Result<Block> block_from(const store::Statement& row);  // scope, id, kind, plate, reason, until

inline constexpr std::string_view block_columns = "scope, id, kind, plate, reason, until";

}  // namespace menshen::whitelist
