// The import verb of the admin socket: rows of a list, judged against the grammar and against the gate's own list.
// The tool judges the file (duplicates and look-alikes within it); here is what only the gate can know.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "values/import_list.hpp"
#include "values/result.hpp"

namespace menshen::whitelist {

using menshen::ImportRow;

struct ImportRequest {
    std::string by;  // who imports, for the journal
    std::vector<ImportRow> rows;
    bool dry_run = true;
};

inline constexpr std::size_t max_import_rows = 1'000'000;
/// Look-alikes are looked for (in a dry run) up to this many rows; beyond, one warning says that they were not.
inline constexpr std::size_t max_look_alike_rows = 1'000'000;
struct ImportReport : ImportFindings {
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
