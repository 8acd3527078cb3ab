#include <fmt/format.h>

#include "values/json.hpp"
#include "whitelist/import.hpp"
#include "whitelist/reader.hpp"

namespace menshen::whitelist {

namespace json = boost::json;

namespace {

constexpr std::size_t max_text = 1'000;  // bytes of one field: a name, a unit, a note

Result<std::optional<std::string>> text_of(const json::object& row, std::string_view name) {
    const auto* value = row.if_contains(json::string_view(name.data(), name.size()));
    if (value == nullptr || value->is_null()) return std::optional<std::string>{};
    if (!value->is_string()) return {Errc::invalid, fmt::format("{} must be text", name)};
    if (value->as_string().size() > max_text) {
        return {Errc::invalid, fmt::format("{} has {} bytes; at most {}", name, value->as_string().size(), max_text)};
    }
    return std::optional<std::string>(std::string(value->as_string()));
}

using MaybeTime = std::optional<std::optional<LocalTime>>;

Result<MaybeTime> time_of(const json::object& row, std::string_view name) {
    const auto* value = row.if_contains(json::string_view(name.data(), name.size()));
    if (value == nullptr) return MaybeTime{};
    if (value->is_null()) return MaybeTime{std::optional<LocalTime>{}};
    if (!value->is_string()) return {Errc::invalid, fmt::format("{} must be a time as \"2026-12-31T00:00:00\"", name)};
    auto time = parse_local(std::string(value->as_string()));
    if (!time) return time.error().in(name);
    return MaybeTime{std::optional<LocalTime>(*time)};
}

Status read_class(const json::object& object, ImportRow& row) {
    auto text = text_of(object, "class");
    if (!text) return text.error();
    if (!*text) return {};
    auto permit_class = permit_class_from(**text);
    if (!permit_class) return permit_class.error();
    row.permit_class = *permit_class;
    return {};
}

Result<ImportRow> row_from(const json::value& value, std::size_t number) {
    if (!value.is_object()) return {Errc::invalid, "must be an object"};
    const auto& object = value.as_object();
    ImportRow row;
    row.line = static_cast<std::int64_t>(number);
    if (const auto* line = object.if_contains("line"); line != nullptr && line->is_int64()) row.line = line->as_int64();
    const std::pair<std::string_view, std::optional<std::string>*> texts[] = {
        {"holder", &row.holder}, {"unit", &row.unit}, {"phone", &row.phone}, {"note", &row.note}};
    for (const auto& [name, member] : texts) {
        auto text = text_of(object, name);
        if (!text) return text.error();
        *member = std::move(text).value();
    }
    auto plate = text_of(object, "plate");
    if (!plate) return plate.error();
    row.plate = plate->value_or("");
    auto from = time_of(object, "valid_from");
    if (!from) return from.error();
    row.valid_from = *from;
    auto until = time_of(object, "valid_until");
    if (!until) return until.error();
    row.valid_until = *until;
    if (auto done = read_class(object, row); !done) return done.error();
    return row;
}

}  // namespace

Result<ImportRequest> import_request_from_json(const json::object& object) {
    ImportRequest request;
    auto by = text_of(object, "by");
    if (!by) return by.error();
    request.by = by->value_or("");
    if (request.by.empty()) return {Errc::invalid, "by: who imports must be named"};
    if (const auto* dry = object.if_contains("dry_run"); dry != nullptr) {
        if (!dry->is_bool()) return {Errc::invalid, "dry_run must be true or false"};
        request.dry_run = dry->as_bool();
    }
    const auto* rows = object.if_contains("rows");
    if (rows == nullptr || !rows->is_array()) return {Errc::invalid, "rows must be a list"};
    auto read = import_rows_from_json(rows->as_array());
    if (!read) return read.error();
    request.rows = std::move(read).value();
    return request;
}

Result<std::vector<ImportRow>> import_rows_from_json(const json::array& array, std::int64_t before) {
    if (array.size() > max_import_rows) {
        return {Errc::invalid, fmt::format("{} rows; at most {}", array.size(), max_import_rows)};
    }
    std::vector<ImportRow> rows;
    rows.reserve(array.size());
    for (const auto& value : array) {
        auto row = row_from(value, static_cast<std::size_t>(before) + rows.size() + 1);
        if (!row) return row.error().in(fmt::format("rows[{}]", rows.size()));
        rows.push_back(std::move(row).value());
    }
    return rows;
}

json::object to_json(const ImportReport& report) {
    auto out = to_json(static_cast<const ImportFindings&>(report));
    out["ok"] = true;
    out["committed"] = report.committed;
    return out;
}

boost::json::object to_json(const OwnPage& page) {
    boost::json::array permits;
    for (const auto& [permit, credentials] : page.permits) {
        boost::json::array values;
        for (const auto& credential : credentials) values.push_back(menshen::to_json(credential));
        permits.push_back({{"permit", menshen::to_json(permit)}, {"credentials", std::move(values)}});
    }
    boost::json::array blocks;
    for (const auto& block : page.blocks) blocks.push_back(menshen::to_json(block));
    boost::json::array schedules;
    for (const auto& schedule : page.schedules) schedules.push_back(menshen::to_json(schedule));
    return {{"permits", std::move(permits)},
            {"blocks", std::move(blocks)},
            {"schedules", std::move(schedules)},
            {"next", page.next}};
}

}  // namespace menshen::whitelist
