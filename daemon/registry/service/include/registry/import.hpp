// Many permits at once, from a list: a dry run names duplicates, expired rows, confusable and blocked plates before
// anything changes. One transaction: all rows or none.
#pragma once

#include <string>
#include <vector>

#include "registry/permit_office.hpp"

namespace menshen::registry {

/// One plate. What a file has no column for is absent: an existing permit keeps it, a new one gets the default.
struct ImportRow {
    std::int64_t line = 0;  // of the file, 1-based, for messages
    std::string plate;      // as written
    std::optional<PermitClass> permit_class;
    std::optional<std::string> holder, unit, phone, note;
    std::optional<std::optional<LocalTime>> valid_from;   // inner none: since ever
    std::optional<std::optional<LocalTime>> valid_until;  // inner none: permanent
};

inline constexpr std::size_t max_import_rows = 60'000;  // a permit, a credential and perhaps a unit each
inline constexpr std::size_t max_import_problems = 1'000;

enum class ProblemLevel {
    warning,  // a person should look; the row is imported
    error,    // nothing is imported
};

struct ImportProblem {
    std::int64_t line = 0;
    ProblemLevel level = ProblemLevel::error;
    std::string kind;  // stable: plate, duplicate, dates, expired, blocked, look_alike, value, too_many
    std::string text;
};

struct ImportReport {
    std::int64_t added = 0;  // would be, in a dry run
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t errors = 0;  // all of them, also those beyond max_import_problems
    std::int64_t warnings = 0;
    std::vector<ImportProblem> problems;  // by line
    std::optional<Committed> committed;
};

/// Identity is the plate: one that has an active permit in the scope (other than a visitor's) is changed, others are
/// added; nothing is removed. An Error, or a report with errors, has changed nothing.
/// The same rows again under the same idempotency key change nothing and report what the first time did.
[[nodiscard]] Result<ImportReport> import_permits(Store& store, const std::string& scope,
                                                  const std::vector<ImportRow>& rows, bool dry_run,
                                                  const Request& request, const Now& now);

}  // namespace menshen::registry
