#include "values/import_list.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace menshen {

void ImportFindings::note(std::int64_t line, ProblemLevel level, std::string kind, std::string text) {
    ++(level == ProblemLevel::error ? errors : warnings);
    if (problems.size() < max_problems) problems.push_back({line, level, std::move(kind), std::move(text)});
}

void ImportFindings::sort_by_line() {
    std::stable_sort(problems.begin(), problems.end(),
                     [](const Problem& a, const Problem& b) { return a.line < b.line; });
}

boost::json::object to_json(const ImportFindings& findings) {
    boost::json::array problems;
    for (const auto& problem : findings.problems) {
        problems.push_back({{"line", problem.line},
                            {"level", problem.level == ProblemLevel::error ? "error" : "warning"},
                            {"kind", problem.kind},
                            {"text", problem.text}});
    }
    return {{"added", findings.added},   {"changed", findings.changed},   {"unchanged", findings.unchanged},
            {"errors", findings.errors}, {"warnings", findings.warnings}, {"problems", std::move(problems)}};
}

}  // namespace menshen
