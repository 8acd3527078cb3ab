#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "tables/list_file.hpp"

namespace menshen::cli {

/// The gate's answer to the import verb.
struct GateReport {
    std::int64_t added = 0, changed = 0, unchanged = 0, errors = 0;
    bool committed = false;
    std::vector<tables::Problem> problems;
};
[[nodiscard]] GateReport gate_report_from(const boost::json::object& answer);

/// Every problem with its line, and what would change: for people.
[[nodiscard]] std::string table(const std::string& file, const tables::ListFile& list, const GateReport& gate,
                                Language language);
/// The same for programs.
[[nodiscard]] boost::json::object to_json(const std::string& file, const tables::ListFile& list,
                                          const GateReport& gate);

/// Text of others on one line, no terminal tricks: control characters and what turns the direction of writing are
/// blanks.
[[nodiscard]] std::string harmless(std::string_view text);

/// One event as one line: time, lane, what, plate, reason.
[[nodiscard]] std::string event_line(const boost::json::object& event, Language language);

}  // namespace menshen::cli
