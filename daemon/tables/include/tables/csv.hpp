// Tables as people save them: UTF-8 with or without BOM, GB18030, UTF-16; commas, semicolons, tabs; quoted fields. Or a
// workbook, tables/xlsx.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "values/result.hpp"

namespace menshen::tables {

struct Record {
    std::int64_t line = 0;  // 1-based line of the file where it begins; of a workbook the row
    std::vector<std::string> fields;
};

struct Csv {
    std::string encoding;  // UTF-8, GB18030, UTF-16, XLSX
    char separator = ',';
    std::vector<Record> records;  // without blank ones
};

inline constexpr std::size_t max_file = 256U << 20;  // bytes
inline constexpr std::size_t max_columns = 1024;
inline constexpr std::size_t max_cells = 8'000'000;  // of a table, empty ones before the last of a row included
inline constexpr std::size_t max_text = 256U << 20;  // bytes of a workbook's cells, each text as often as it stands

/// The bytes as UTF-8. Errc::invalid: no text (an .xlsx for example), with what to do.
[[nodiscard]] Result<std::string> to_utf8(std::string_view bytes, std::string& encoding);
/// Errc::invalid: a quote that never ends, with its line; more than max_columns, max_cells.
[[nodiscard]] Result<Csv> parse_csv(std::string_view bytes);
/// A file of either kind.
[[nodiscard]] Result<Csv> read_table(const std::string& file);
/// Records as CSV in UTF-8 with BOM, which Excel asks for. What Excel would take for a formula is written as ="…".
[[nodiscard]] std::string to_csv(const std::vector<std::vector<std::string>>& rows);

/// Without blanks (also full-width ones) at both ends, and without Excel's ="…".
[[nodiscard]] std::string trimmed(std::string_view text);

}  // namespace menshen::tables
