#include "look_up.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "json_text.hpp"
#include "tables/list_file.hpp"
#include "values/plate.hpp"

namespace menshen::office {

namespace json = boost::json;

namespace {

bool has_credential(const json::object& permit, const std::string& value) {
    const auto& all = array_in(permit, "credentials");
    return std::any_of(all.begin(), all.end(), [&](const json::value& each) {
        return each.is_object() && text_in(object_in(each.as_object(), "value"), "value") == value;
    });
}

std::string state_of(const json::object& permit) {
    return text_in(object_in(permit, "value"), "state");
}

}  // namespace

std::optional<std::int64_t> id_from(std::string_view text) {
    if (text.starts_with('#')) text.remove_prefix(1);
    std::int64_t id = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
    const bool whole = failed == std::errc{} && end == text.data() + text.size() && id > 0;
    return whole ? std::optional(id) : std::nullopt;
}

Result<std::string> plate_from(std::string_view text) {
    auto plate = Plate::parse(text);
    if (!plate) return plate.error();
    return plate->text();
}

Result<json::value> time_from(const std::string& text, bool end) {
    auto time = tables::read_validity(tables::trimmed(text), end);
    if (!time) return time.error();
    return *time ? json::value(format_local(**time)) : json::value(nullptr);
}

Result<std::string> class_from(const std::string& text) {
    auto found = permit_class_from(text);
    if (!found) return found.error();
    return std::string(to_string(*found));
}

Result<std::vector<json::object>> permits_with(link::Registry& registry, const std::string& value, link::Query query) {
    std::vector<json::object> found;
    query["words"] = value;
    query["limit"] = "100";
    auto done = registry.each("/v1/permits", query, [&](const json::object& permit) {
        if (has_credential(permit, value)) found.push_back(permit);
        return true;
    });
    if (!done) return done.error();
    return found;
}

Result<json::object> find_permit(link::Registry& registry, const std::string& which, const std::string& site) {
    if (const auto id = id_from(which)) return registry.get(fmt::format("/v1/permits/{}", *id));
    auto value = plate_from(which);
    if (!value) return Error{Errc::invalid, fmt::format("'{}' is neither a permit's number nor a plate", which)};
    auto found = permits_with(registry, *value, {{"scope", site}});
    if (!found) return found.error();
    if (found->empty()) return Error{Errc::not_found, fmt::format("no permit has {}", *value)};
    std::vector<json::object> standing;
    std::copy_if(found->begin(), found->end(), std::back_inserter(standing),
                 [](const json::object& permit) { return state_of(permit) != "cancelled"; });
    if (standing.size() > 1) {
        std::string text = fmt::format("{} has several permits; say which by its number:", *value);
        for (const auto& each : standing) {
            const auto& fields = object_in(each, "value");
            text += fmt::format("\n  {}  {}  {}  {}", number_in(each, "id"), text_in(each, "scope"),
                                text_in(fields, "class"), text_in(fields, "valid_until"));
        }
        return Error{Errc::conflict, text};
    }
    return standing.empty() ? found->at(0) : standing[0];
}

Result<std::optional<json::object>> find_named(link::Registry& registry, std::string_view path, std::string_view field,
                                               const std::string& site, const std::string& name) {
    std::optional<json::object> found;
    auto done = registry.each(path, {{"words", name}, {"limit", "200"}}, [&](const json::object& entity) {
        const auto scope = text_in(entity, "scope");
        const bool is = text_in(object_in(entity, "value"), field) == name && (scope == site || scope == "common");
        if (is) found = entity;
        return !is;
    });
    if (!done) return done.error();
    return found;
}

Result<std::vector<std::int64_t>> ids_named(link::Registry& registry, std::string_view path, std::string_view field,
                                            const std::string& site, const std::vector<std::string>& names) {
    std::vector<std::int64_t> ids;
    for (const auto& name : names) {
        auto found = find_named(registry, path, field, site, name);
        if (!found) return found.error();
        if (!*found) {
            return Error{Errc::not_found, fmt::format("{} is not known at {} ({})", name, site, path.substr(4))};
        }
        ids.push_back(number_in(**found, "id"));
    }
    return ids;
}

std::string credentials_text(const json::object& permit) {
    std::string text;
    for (const auto& each : array_in(permit, "credentials")) {
        if (!each.is_object()) continue;
        text += (text.empty() ? "" : ", ") + text_in(object_in(each.as_object(), "value"), "value");
    }
    return text;
}

std::string time_text(const std::string& time) {
    auto text = time;
    if (const auto at = text.find('T'); at != std::string::npos) text[at] = ' ';
    if (text.ends_with(":00") && text.size() == 19) text.resize(16);
    return text;
}

std::string end_text(const std::string& exclusive, const Desk& desk) {
    if (exclusive.empty()) return std::string(desk.say({"长期", "permanent"}));
    const auto time = parse_local(exclusive);
    if (!time || *time != LocalTime(date_of(*time))) return time_text(exclusive);
    return format_date(date_of(*time) - std::chrono::days(1));
}

std::string class_text(const std::string& key, const Desk& desk) {
    const auto known = permit_class_from(key);
    return known ? std::string(desk.say(name_of(*known))) : key;
}

}  // namespace menshen::office
