// Workbooks (.xlsx): the first sheet that is shown, as a table; and a table as a workbook. A file may be hostile: what
// it unpacks to, its rows and its cells are counted while it is read, and nothing in it reaches outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tables/csv.hpp"

namespace menshen::tables {

inline constexpr std::size_t max_unpacked = std::size_t{256} << 20;  // bytes of all parts that are read, together
inline constexpr std::size_t max_sheet_rows = 1'048'576;             // as many as Excel has
inline constexpr std::size_t max_sheet_columns = 256;                // of which a list of permits needs ten
inline constexpr std::size_t max_cell = 32'767;                      // characters; Excel's own limit

/// It begins as a zip does.
[[nodiscard]] bool is_workbook(std::string_view bytes);
/// Dates as 2026-12-31 or 2026-12-31 18:00, whole numbers without a fraction, formulas by their last result. A cell
/// that is merged over several rows says the same in each of them that has anything else. Errc::invalid: no workbook, a
/// damaged one, beyond a limit, or a formula that was never calculated (read as empty, an end of validity would be
/// none); the message says what and where.
[[nodiscard]] Result<Csv> parse_xlsx(std::string_view bytes);

/// One sheet of at most 26 columns, every cell a text. Errc::internal: the zip cannot be made.
[[nodiscard]] Result<std::string> to_xlsx(const std::vector<std::vector<std::string>>& rows);

}  // namespace menshen::tables
