#include "section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace menshen::site {

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row.back();
}

}  // namespace

std::string nearest(std::string_view word, const std::set<std::string, std::less<>>& names) {
    std::string best;
    std::size_t distance = 3;
    for (const auto& name : names) {
        if (const auto d = edit_distance(word, name); d < distance) {
            distance = d;
            best = name;
        }
    }
    return best;
}

Section::~Section() {
    for (const auto& [key, value] : table_) {
        if (asked_.contains(key.str())) continue;
        const auto near = nearest(key.str(), asked_);
        const auto hint = near.empty() ? std::string("remove it") : fmt::format("did you mean \"{}\"?", near);
        mistakes_.push_back({file_, static_cast<int>(key.source().begin.line),
                             fmt::format("{}: there is no setting \"{}\" here; {}", where_, key.str(), hint)});
    }
}

void Section::wrong(std::string_view key, const std::string& text) {
    const auto* value = table_.get(key);
    const int at = value != nullptr ? static_cast<int>(value->source().begin.line) : line();
    mistakes_.push_back({file_, at, fmt::format("{}: {}", where_, text)});
}

const toml::node* Section::node(std::string_view key) {
    asked_.emplace(key);
    return table_.get(key);
}

void Section::required(std::string_view key, std::string_view example) {
    if (!has(key)) wrong(key, fmt::format("\"{}\" is missing; write for example {} = {}", key, key, example));
}

void Section::text(std::string_view key, std::string& target) {
    const auto* value = node(key);
    if (value == nullptr) return;
    if (const auto* string = value->as_string()) {
        target = string->get();
    } else {
        wrong(key, fmt::format("\"{}\" must be a text in quotes, like {} = \"…\"", key, key));
    }
}

std::optional<std::int64_t> Section::integer(std::string_view key, std::int64_t lowest, std::int64_t highest) {
    const auto* value = node(key);
    if (value == nullptr) return std::nullopt;
    const auto* integer = value->as_integer();
    if (integer == nullptr || integer->get() < lowest || integer->get() > highest) {
        wrong(key, fmt::format("\"{}\" must be a whole number from {} to {}", key, lowest, highest));
        return std::nullopt;
    }
    return integer->get();
}

void Section::number(std::string_view key, int& target, int lowest, int highest) {
    if (auto value = integer(key, lowest, highest)) target = static_cast<int>(*value);
}

void Section::fraction(std::string_view key, double& target, double lowest, double highest) {
    const auto* value = node(key);
    if (value == nullptr) return;
    const auto got = value->value<double>();
    if (!got || !(*got >= lowest && *got <= highest)) {
        wrong(key, fmt::format("\"{}\" must be a number from {} to {}", key, lowest, highest));
    } else {
        target = *got;
    }
}

void Section::flag(std::string_view key, bool& target) {
    const auto* value = node(key);
    if (value == nullptr) return;
    if (const auto* boolean = value->as_boolean()) {
        target = boolean->get();
    } else {
        wrong(key, fmt::format("\"{}\" must be true or false", key));
    }
}

std::optional<std::size_t> Section::choice(std::string_view key, const std::vector<std::string_view>& names) {
    const auto* value = node(key);
    if (value == nullptr) return std::nullopt;
    const auto* string = value->as_string();
    const auto found = string == nullptr ? names.end() : std::find(names.begin(), names.end(), string->get());
    if (found == names.end()) {
        wrong(key, fmt::format("\"{}\" must be one of \"{}\"", key, fmt::join(names, "\", \"")));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace menshen::site
