// A list of permits in a table: which columns it has, what each row says, and what is wrong within the file. What only
// the gate can know (its own list, look-alikes) it judges itself, in the dry run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tables/csv.hpp"
#include "values/permit.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::tables {

struct Row {
    std::int64_t line = 0;
    std::string plate;  // normalised
    std::optional<PermitClass> permit_class;
    std::optional<std::string> holder, unit, phone, note;             // nothing: the file has no such column
    std::optional<std::optional<LocalTime>> valid_from, valid_until;  // until is exclusive: the day after, 00:00
};

struct Problem {
    std::int64_t line = 0;  // 0: the file as a whole
    bool error = true;      // a row with an error is not imported
    std::string kind;       // plate, duplicate, date, class, expired, column, look_alike, blocked …
    std::string text;
};

struct ListFile {
    std::string encoding;
    std::int64_t rows_in_file = 0;
    std::vector<Row> rows;  // without errors
    std::vector<Problem> problems;
};

/// Errc::invalid: no header with a plate's column, or a column twice. `today` tells what has expired.
[[nodiscard]] Result<ListFile> read_list(const Csv& csv, LocalTime today);

/// A cell of a validity column. Nothing: permanent. 2026-01-05, 2026/1/5, 2026.1.5, 20260105, 2026年1月5日, Excel's day
/// number; full-width digits; with a time behind it, that time. `end` = the cell ends a validity: a date alone means
/// through the end of that date.
[[nodiscard]] Result<std::optional<LocalTime>> read_validity(const std::string& cell, bool end);

}  // namespace menshen::tables
