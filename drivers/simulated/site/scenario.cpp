#include "director/scenario.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace menshen::director {

namespace {

constexpr std::array<std::string_view, 9> action_names{"arrive",     "tailgate",   "issue",      "cancel",     "park",
                                                       "board_dead", "board_back", "camera_cut", "camera_back"};
constexpr std::array<std::string_view, 9> expectation_names{"read",  "verdict", "reason",  "pulses", "passed",
                                                            "alarm", "fault",   "cleared", "outcome"};
constexpr std::array<std::string_view, 10> step_names{"name",  "lane", "do",         "plate",  "colour",
                                                      "night", "rain", "unreadable", "expect", "id"};

Error mistake(const std::string& file, const toml::node& node, const std::string& text) {
    return {Errc::invalid, fmt::format("{}:{}: {}", file, node.source().begin.line, text)};
}

template <std::size_t N>
Status known_only(const toml::table& table, const std::array<std::string_view, N>& names, const std::string& file) {
    for (const auto& [key, node] : table) {
        if (std::find(names.begin(), names.end(), key.str()) == names.end()) {
            return mistake(file, node,
                           fmt::format("\"{}\" is unknown; write one of {}", key.str(), fmt::join(names, ", ")));
        }
    }
    return {};
}

std::string text(const toml::table& table, std::string_view key) {
    return table[key].value_or(std::string{});
}

Result<Expectation> read_expectation(const toml::table& table, const std::string& file) {
    if (const auto known = known_only(table, expectation_names, file); !known) return known.error();
    Expectation e;
    e.read = text(table, "read");
    e.verdict = text(table, "verdict");
    e.reason = text(table, "reason");
    e.alarm = text(table, "alarm");
    e.fault = text(table, "fault");
    e.cleared = text(table, "cleared");
    e.outcome = text(table, "outcome");
    e.pulses = table["pulses"].value<int>();
    e.passed = table["passed"].value<int>();
    return e;
}

Result<Step> read_step(const toml::table& table, const std::string& file, std::size_t number) {
    if (const auto known = known_only(table, step_names, file); !known) return known.error();
    Step step;
    step.name = text(table, "name");
    step.lane = text(table, "lane");
    const auto action = std::find(action_names.begin(), action_names.end(), text(table, "do"));
    if (action == action_names.end()) {
        return mistake(file, table, fmt::format("do = must be one of {}", fmt::join(action_names, ", ")));
    }
    step.action = static_cast<Action>(action - action_names.begin());
    if (step.name.empty() || step.lane.empty()) return mistake(file, table, "name = and lane = are needed");
    step.car.id = fmt::format("car-{}", number);
    step.car.seed = static_cast<int>(number);
    step.car.plate = text(table, "plate");
    step.car.colour = table["colour"].value_or(step.car.colour);
    step.car.night = table["night"].value_or(false);
    step.car.rain = table["rain"].value_or(false);
    step.car.unreadable = table["unreadable"].value_or(false);
    if (step.action <= Action::park && step.car.plate.empty()) return mistake(file, table, "plate = is needed");
    if (const auto* expect = table["expect"].as_table()) {
        auto expectation = read_expectation(*expect, file);
        if (!expectation) return expectation.error();
        step.expect = *expectation;
    }
    return step;
}

bool has(const std::vector<std::string>& list, const std::string& what) {
    return std::find(list.begin(), list.end(), what) != list.end();
}

/// `expected` may name several answers with '|' between them; "-" is none.
bool one_of(std::string_view expected, std::string_view seen) {
    if (seen.empty()) seen = "-";
    while (!expected.empty()) {
        const auto end = std::min(expected.find('|'), expected.size());
        if (expected.substr(0, end) == seen) return true;
        expected.remove_prefix(std::min(end + 1, expected.size()));
    }
    return false;
}

/// Columns a terminal needs: Chinese characters take two.
std::size_t width(std::string_view utf8) {
    std::size_t columns = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) != 0x80U) columns += byte >= 0xE0U ? 2 : 1;
    }
    return columns;
}

std::string padded(std::string_view text, std::size_t columns) {
    const auto used = width(text);
    return std::string(text) + std::string(used < columns ? columns - used : 1, ' ');
}

}  // namespace

std::string_view to_string(Action action) {
    return action_names.at(static_cast<std::size_t>(action));
}

Result<std::vector<Step>> parse_scenario(std::string_view toml_text, const std::string& file) {
    toml::table root;
    try {
        root = toml::parse(toml_text, file);
    } catch (const toml::parse_error& error) {
        return Error{Errc::invalid, fmt::format("{}:{}: {}", file, error.source().begin.line, error.description())};
    }
    const auto* steps = root["step"].as_array();
    if (steps == nullptr || steps->empty()) return Error{Errc::invalid, file + ": no [[step]] in it"};
    std::vector<Step> read;
    for (const auto& node : *steps) {
        if (!node.is_table()) return mistake(file, node, "write [[step]]");
        auto step = read_step(*node.as_table(), file, read.size() + 1);
        if (!step) return step.error();
        read.push_back(std::move(*step));
    }
    return read;
}

Result<std::vector<Step>> read_scenario(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) return Error{Errc::not_found, path + " cannot be read"};
    return parse_scenario(content.str(), path);
}

bool judged_as_expected(const Expectation& expect, const Row& row) {
    const auto same = [](const std::string& expected, const std::string& seen) {
        return expected.empty() || one_of(expected, seen);
    };
    return same(expect.read, row.read) && same(expect.verdict, row.verdict) && same(expect.reason, row.reason) &&
           (expect.fault.empty() || has(row.raised, expect.fault)) &&
           (expect.cleared.empty() || has(row.cleared, expect.cleared));
}

std::vector<std::string> differences(const Step& step, const Row& row) {
    if (!row.trouble.empty()) return {row.trouble};
    std::vector<std::string> wrong;
    const auto& e = step.expect;
    const auto same = [&](std::string_view what, const std::string& expected, const std::string& seen) {
        if (!expected.empty() && !one_of(expected, seen)) {
            wrong.push_back(fmt::format("{} {} instead of {}", what, seen.empty() ? "-" : seen, expected));
        }
    };
    same("read", e.read, row.read);
    same("verdict", e.verdict, row.verdict);
    same("reason", e.reason, row.reason);
    same("outcome", e.outcome, row.outcome);
    if (e.pulses && *e.pulses != row.pulses)
        wrong.push_back(fmt::format("{} openings instead of {}", row.pulses, *e.pulses));
    if (e.passed && *e.passed != row.passed)
        wrong.push_back(fmt::format("{} passages instead of {}", row.passed, *e.passed));
    if (!e.alarm.empty() && !has(row.alarms, e.alarm)) wrong.push_back("no alarm " + e.alarm);
    if (!e.fault.empty() && !has(row.raised, e.fault)) wrong.push_back(fmt::format("fault {} was not raised", e.fault));
    if (!e.cleared.empty() && !has(row.cleared, e.cleared))
        wrong.push_back(fmt::format("fault {} was not cleared", e.cleared));
    if (e.pulses.value_or(0) > 0 && !row.closed) wrong.emplace_back("the arm did not come down");
    return wrong;
}

std::string table_head() {
    return fmt::format("{}{}{}{}{}{}{}{}{}{}", padded("arrival", 30), padded("lane", 6), padded("shown", 12),
                       padded("read", 12), padded("decision", 10), padded("reason", 18), padded("ms to the relay", 17),
                       padded("opened", 8), padded("closed", 8), "as expected");
}

std::string table_line(const Step& step, const Row& row, const std::vector<std::string>& wrong) {
    const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
    const bool opens = row.pulses > 0;
    return fmt::format("{}{}{}{}{}{}{}{}{}{}", padded(step.name, 30), padded(step.lane, 6),
                       padded(or_dash(step.car.plate), 12), padded(or_dash(row.read), 12),
                       padded(or_dash(row.verdict), 10), padded(or_dash(row.reason), 18),
                       padded(row.relay_ms ? fmt::format("{:.0f}", *row.relay_ms) : "-", 17),
                       padded(opens ? (row.pulses > 1 ? fmt::format("{} times", row.pulses) : "yes") : "no", 8),
                       padded(opens ? (row.closed ? "yes" : "no") : "-", 8),
                       wrong.empty() ? "ok" : fmt::format("NO: {}", fmt::join(wrong, "; ")));
}

}  // namespace menshen::director
