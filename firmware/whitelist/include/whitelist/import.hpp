// The import verb of the admin socket: rows of a list, judged against the grammar and against the gate's own list.
// The tool judges the file (duplicates and look-alikes within it); here is what only the gate can know.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "values/permit.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::whitelist {

/// One plate. What a file has no column for is absent: an existing permit keeps it, a new one gets the default.
struct ImportRow {
    std::int64_t line = 0;                    // of the file, 1-based, for messages
    std::string plate;                        // as written; parsed by Plate::parse
    std::optional<PermitClass> permit_class;  // default parking
    std::optional<std::string> holder;
    std::optional<std::string> unit;
    std::optional<std::string> phone;
    std::optional<std::string> note;
    std::optional<std::optional<LocalTime>> valid_from;   // inclusive; inner none = since ever
    std::optional<std::optional<LocalTime>> valid_until;  // exclusive, "until 31 December" arrives as 1 January 00:00;
                                                          // inner none = permanent
};

struct ImportRequest {
    std::string by;  // who imports, for the journal
    std::vector<ImportRow> rows;
    bool dry_run = true;
};

inline constexpr std::size_t max_import_rows = 1'000'000;
/// Look-alikes are looked for (in a dry run) up to this many rows; beyond, one warning says that they were not.
inline constexpr std::size_t max_look_alike_rows = 1'000'000;
inline constexpr std::size_t max_problems = 1'000;  // more are counted, not listed

enum class ProblemLevel {
    warning,  // a person should look; the row is imported
    error,    // nothing is imported
};

struct Problem {
    std::int64_t line = 0;
    ProblemLevel level = ProblemLevel::error;
    std::string kind;  // stable: plate, duplicate, dates, blocked, look_alike, too_many
    std::string text;  // where and what to do
};

struct ImportReport {
    std::int64_t added = 0;  // would be, in a dry run
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t errors = 0;  // all of them, also those beyond max_problems
    std::int64_t warnings = 0;
    std::vector<Problem> problems;  // by line
    bool committed = false;
};

/// {by, rows:[{line, plate, class, holder, unit, phone, valid_from, valid_until, note}], dry_run}: times as
/// "2026-12-31T00:00:00", null (none), or absent; class a key or a Chinese name; dry_run is true if absent.
/// Errc::invalid names row and field.
[[nodiscard]] Result<ImportRequest> import_request_from_json(const boost::json::object& request);

/// The rows of such a request alone. A row without a line gets its number, counted on from `before`.
[[nodiscard]] Result<std::vector<ImportRow>> import_rows_from_json(const boost::json::array& rows,
                                                                   std::int64_t before = 0);

/// {ok, added, changed, unchanged, errors, warnings, committed, problems:[{line, level, kind, text}]}
[[nodiscard]] boost::json::object to_json(const ImportReport& report);

}  // namespace menshen::whitelist
