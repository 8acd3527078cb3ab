#include "settings/table.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace menshen::settings {

std::optional<toml::table> parse(const std::string& file, Mistakes& mistakes) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(file, failed)) {
        mistakes.push_back(file + ": there is no such file");
        return std::nullopt;
    }
    try {
        return toml::parse_file(file);
    } catch (const toml::parse_error& error) {
        mistakes.push_back(fmt::format("{}:{}: {}", file, error.source().begin.line, std::string(error.description())));
        return std::nullopt;
    }
}

const toml::node* Table::text(std::string_view key, std::string& into) {
    const auto* node = find(key);
    if (node == nullptr) return nullptr;
    if (const auto value = node->value_exact<std::string>()) {
        into = *value;
    } else {
        wrong(node, key, "must be a text in quotes");
    }
    return node;
}

std::optional<std::int64_t> Table::whole_number(std::string_view key, std::int64_t least, std::int64_t most) {
    const auto* node = find(key);
    if (node == nullptr) return std::nullopt;
    const auto value = node->value_exact<std::int64_t>();
    if (value && *value >= least && *value <= most) return value;
    wrong(node, key, fmt::format("must be a whole number of {} to {}", least, most));
    return std::nullopt;
}

Table Table::section(std::string_view key) {
    const auto* node = find(key);
    const auto* table = node != nullptr ? node->as_table() : nullptr;
    if (node != nullptr && table == nullptr) wrong(node, key, fmt::format("must be a table: [{}]", key));
    return {table, std::string(key), file_, mistakes_};
}

void Table::finish() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
        if (!asked_.contains(std::string(key.str()))) wrong(&node, key.str(), "nothing of that name is known");
    }
}

void Table::wrong(const toml::node* node, std::string_view key, std::string_view what) {
    const auto line = node != nullptr ? node->source().begin.line : 0;
    mistakes_.push_back(
        fmt::format("{}:{}: {}{}: {}", file_, line, name_.empty() ? "" : "[" + name_ + "] ", key, what));
}

const toml::node* Table::find(std::string_view key) {
    asked_.emplace(key);
    return table_ != nullptr ? table_->get(key) : nullptr;
}

}  // namespace menshen::settings
