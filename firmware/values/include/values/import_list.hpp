// A list of permits on its way in, wherever it goes: rows as the file has them, and what is found about them.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "values/permit.hpp"
#include "values/time.hpp"

namespace menshen {

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

/// What the row says of a permit, but for its unit: a text at a gate, one of many at the registry.
template <class AnyPermit>
[[nodiscard]] AnyPermit merged(AnyPermit permit, const ImportRow& row) {
    permit.permit_class = row.permit_class.value_or(permit.permit_class);
    permit.holder = row.holder.value_or(std::move(permit.holder));
    permit.phone = row.phone.value_or(std::move(permit.phone));
    permit.note = row.note.value_or(std::move(permit.note));
    permit.valid_from = row.valid_from.value_or(permit.valid_from);
    permit.valid_until = row.valid_until.value_or(permit.valid_until);
    return permit;
}

enum class ProblemLevel {
    warning,  // a person should look; the row is imported
    error,    // nothing is imported
};

struct Problem {
    std::int64_t line = 0;  // 0: of the whole list
    ProblemLevel level = ProblemLevel::error;
    std::string kind;  // stable: plate, duplicate, dates, expired, blocked, look_alike, value, conflict, too_many
    std::string text;  // where and what to do
};

inline constexpr std::size_t max_problems = 1'000;  // more are counted, not listed

struct ImportFindings {
    std::int64_t added = 0;  // would be, in a dry run
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t errors = 0;  // all of them, also those beyond max_problems
    std::int64_t warnings = 0;
    std::vector<Problem> problems;  // by line

    void note(std::int64_t line, ProblemLevel level, std::string kind, std::string text);
    void sort_by_line();
};

/// {added, changed, unchanged, errors, warnings, problems:[{line, level, kind, text}]}
[[nodiscard]] boost::json::object to_json(const ImportFindings& findings);

}  // namespace menshen
