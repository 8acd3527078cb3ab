#include "cli/report.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace menshen::cli {

namespace {

constexpr std::size_t shown = 200;  // problems in the table; all of them with --json

std::int64_t number(const boost::json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

std::string text(const boost::json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

/// What both find at a line is said once.
std::vector<tables::Problem> all_problems(const tables::ListFile& list, const GateReport& gate) {
    auto all = list.problems;
    std::set<std::pair<std::int64_t, std::string>> said;
    for (const auto& one : all) said.emplace(one.line, one.kind);
    const auto is_news = [&](const tables::Problem& one) { return !said.contains({one.line, one.kind}); };
    std::copy_if(gate.problems.begin(), gate.problems.end(), std::back_inserter(all), is_news);
    std::stable_sort(all.begin(), all.end(),
                     [](const tables::Problem& a, const tables::Problem& b) { return a.line < b.line; });
    return all;
}

}  // namespace

GateReport gate_report_from(const boost::json::object& answer) {
    GateReport report{number(answer, "added"),
                      number(answer, "changed"),
                      number(answer, "unchanged"),
                      number(answer, "errors"),
                      false,
                      {}};
    const auto* committed = answer.if_contains("committed");
    report.committed = committed != nullptr && committed->is_bool() && committed->as_bool();
    const auto* list = answer.if_contains("problems");
    if (list == nullptr || !list->is_array()) return report;
    for (const auto& value : list->as_array()) {
        if (const auto* problem = value.if_object()) {
            report.problems.push_back({number(*problem, "line"), text(*problem, "level") != "warning",
                                       text(*problem, "kind"), text(*problem, "text")});
        }
    }
    return report;
}

std::string table(const std::string& file, const tables::ListFile& list, const GateReport& gate, Language language) {
    const bool zh = language == Language::zh;
    std::string out = zh ? fmt::format("{}：{} 行，编码 {}\n", file, list.rows_in_file, list.encoding)
                         : fmt::format("{}: {} rows, {}\n", file, list.rows_in_file, list.encoding);
    const auto all = all_problems(list, gate);
    std::size_t errors = 0;
    for (const auto& problem : all) errors += problem.error ? 1 : 0;
    for (std::size_t i = 0; i < std::min(all.size(), shown); ++i) {
        const auto& one = all[i];
        const char* level = zh ? (one.error ? "错误" : "提醒") : (one.error ? "error  " : "warning");
        const std::string line = one.line == 0 ? std::string("-") : std::to_string(one.line);
        out += zh ? fmt::format("  第 {:>6} 行  {}  {}\n", line, level, one.text)
                  : fmt::format("  line {:>6}  {}  {}\n", line, level, one.text);
    }
    if (all.size() > shown) {
        out += fmt::format(
            fmt::runtime(zh ? "  … 另有 {} 条，--json 可全部列出\n" : "  … and {} more; --json lists them all\n"),
            all.size() - shown);
    }
    out += fmt::format(fmt::runtime(zh ? "新增 {}，更改 {}，不变 {}，错误 {}，提醒 {}\n"
                                       : "{} to add, {} to change, {} unchanged, {} errors, {} warnings\n"),
                       gate.added, gate.changed, gate.unchanged, errors, all.size() - errors);
    return out;
}

boost::json::object to_json(const std::string& file, const tables::ListFile& list, const GateReport& gate) {
    boost::json::array problems;
    for (const auto& one : all_problems(list, gate)) {
        problems.push_back(
            {{"line", one.line}, {"level", one.error ? "error" : "warning"}, {"kind", one.kind}, {"text", one.text}});
    }
    return {{"file", file},         {"encoding", list.encoding},  {"rows", list.rows_in_file},
            {"added", gate.added},  {"changed", gate.changed},    {"unchanged", gate.unchanged},
            {"problems", problems}, {"committed", gate.committed}};
}

}  // namespace menshen::cli
