// What a workbook's cells mean: numbers, dates by their format, columns by their letters.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace menshen::tables {

/// "AB12" → 27. Nothing: no letters, or beyond every sheet.
[[nodiscard]] std::optional<std::size_t> column_in(std::string_view reference);
/// Does this number format show a date or a time? One of Excel's own, by its number …
[[nodiscard]] bool is_date_format(int number);
/// … or one of the workbook: "yyyy/m/d;@". What stands in quotes or brackets does not count.
[[nodiscard]] bool is_date_format(std::string_view code);
/// A number as people read it: 13800138000, 0.5. What is no number stays as it is.
[[nodiscard]] std::string number_text(const std::string& value);
/// Days since 1899-12-30 (or 1904-01-01) as 2026-12-31 or 2026-12-31 18:00. What is no day stays as it is.
[[nodiscard]] std::string date_text(const std::string& value, bool since_1904);

/// Excel writes characters that XML cannot hold as _x000D_, and an underscore before such letters as _x005F_.
inline constexpr std::size_t escape_size = 7;
[[nodiscard]] bool begins_with_escape(std::string_view text);
/// The text that is meant: without \r, other control characters as blanks.
[[nodiscard]] std::string plain_text(std::string_view written);

}  // namespace menshen::tables
