// What an administrator grants, as JSON.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tables.hpp"
#include "values/json.hpp"
#include "values/json_fields.hpp"

namespace menshen {
namespace {

namespace json = boost::json;

// Bounds of what a list may hold for one plate or one schedule; far above anything a compound writes.
constexpr std::size_t max_critical = 64;
constexpr std::size_t max_days = 4096;  // of several calendars together
constexpr std::size_t max_listed = 1024;

json::array strings(const std::vector<std::string>& texts) {
    json::array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return out;
}

json::array windows(const std::vector<Window>& all) {
    json::array out;
    for (const Window& w : all) out.push_back({{"from", w.from}, {"to", w.to}});
    return out;
}

bool load_text(const JsonNode& node, std::string& out) {
    return load(node, out);
}

bool load_class(const JsonNode& node, PermitClass& out) {
    std::string key;
    if (!load(node, key)) return false;
    const auto found = permit_class_from(key);
    if (!found) return node.fail("is no class of permit");
    out = *found;
    return true;
}

bool load_minute(const JsonNode& node, int& out) {
    return load(node, out) && ((out >= 0 && out <= 1440) || node.fail("must lie in 0..1440 (minutes since midnight)"));
}

bool load_window(const JsonNode& node, Window& out) {
    const JsonFields fields(node);
    return fields.with("from", [&](const JsonNode& n) { return load_minute(n, out.from); }) &&
           fields.with("to", [&](const JsonNode& n) { return load_minute(n, out.to); });
}

bool load_windows(const JsonNode& node, std::vector<Window>& out) {
    return load_array(node, out, max_windows, load_window);
}

bool load_date(const JsonNode& node, LocalDate& out) {
    const auto* text = node.value.if_string();
    if (text == nullptr) return node.fail("must be a string such as \"2026-11-22\"");
    const auto date = parse_date(std::string_view(*text));
    if (!date) return node.fail(date.error().message);
    out = *date;
    return true;
}

bool load_make_up(const JsonNode& node, std::pair<LocalDate, int>& out) {
    const JsonFields fields(node);
    return fields.with("date", [&](const JsonNode& n) {
        return load_date(n, out.first);
    }) && fields.with("weekday", [&](const JsonNode& n) {
        return load(n, out.second) && ((out.second >= 0 && out.second <= 6) || n.fail("must lie in 0..6, 0 is Monday"));
    });
}

bool load_credential(const JsonNode& node, Credential& out) {
    const JsonFields fields(node);
    return fields("id", out.id) && fields.choice("kind", credential_kinds, out.kind) && fields("value", out.value) &&
           fields("permit_id", out.permit_id);
}

bool load_permit(const JsonNode& node, Permit& out) {
    const JsonFields fields(node);
    return fields("id", out.id) && fields("scope", out.scope) &&
           fields.with("permit_class", [&](const JsonNode& n) { return load_class(n, out.permit_class); }) &&
           fields.choice("state", permit_states, out.state) && fields("holder", out.holder) &&
           fields("unit", out.unit) && fields("phone", out.phone) && fields("note", out.note) &&
           fields("valid_from", out.valid_from) && fields("valid_until", out.valid_until) &&
           fields("schedule_id", out.schedule_id) && fields.array("zones", out.zones, max_zones, load_text) &&
           fields("max_inside", out.max_inside) && fields("max_uses", out.max_uses) && fields("escort", out.escort) &&
           fields("order_required", out.order_required) &&
           // where it is limited to some, and not in events of a build that did not know them
           (!fields.has("access_points") || fields.array("access_points", out.access_points, max_zones, load_text)) &&
           // a registry's row does not have it: it is what a gate found out
           (!fields.has("unknown_critical") ||
            fields.array("unknown_critical", out.unknown_critical, max_critical, load_text));
}

bool load_schedule(const JsonNode& node, Schedule& out) {
    const JsonFields fields(node);
    const auto week = [&](const JsonNode& n) {
        std::vector<std::vector<Window>> days;
        if (!load_array(n, days, out.week.size(), load_windows)) return false;
        if (days.size() != out.week.size()) return n.fail("must have 7 days, Monday first");
        std::move(days.begin(), days.end(), out.week.begin());
        return true;
    };
    return fields("id", out.id) && fields("name", out.name) && fields.with("week", week) &&
           fields.array("holiday", out.holiday, max_windows, load_window);
}

bool load_calendar(const JsonNode& node, Calendar& out) {
    const JsonFields fields(node);
    return fields.array("holidays", out.holidays, max_days, load_date) &&
           fields.array("make_up_workdays", out.make_up_workdays, max_days, load_make_up);
}

bool load_block(const JsonNode& node, Block& out) {
    const JsonFields fields(node);
    return fields("id", out.id) && fields("scope", out.scope) && fields.choice("kind", block_kinds, out.kind) &&
           fields("plate", out.plate) && fields("reason", out.reason) && fields("until", out.until);
}

bool load_entry(const JsonNode& node, std::pair<Credential, Permit>& out) {
    const JsonFields fields(node);
    return fields.with("credential", [&](const JsonNode& n) { return load_credential(n, out.first); }) &&
           fields.with("permit", [&](const JsonNode& n) { return load_permit(n, out.second); });
}

bool load_listing(const JsonNode& node, Listing& out) {
    const JsonFields fields(node);
    return fields("plate", out.plate) && fields.array("permits", out.permits, max_listed, load_entry) &&
           fields.array("blocks", out.blocks, max_listed, load_block);
}

}  // namespace

json::value to_json(const Credential& credential) {
    return {{"id", credential.id},
            {"kind", to_string(credential.kind)},
            {"value", credential.value},
            {"permit_id", credential.permit_id}};
}

json::value to_json(const Permit& permit) {
    return {{"id", permit.id},
            {"scope", permit.scope},
            {"permit_class", to_string(permit.permit_class)},
            {"state", to_string(permit.state)},
            {"holder", permit.holder},
            {"unit", permit.unit},
            {"phone", permit.phone},
            {"note", permit.note},
            {"valid_from", json_or_null(permit.valid_from, format_local)},
            {"valid_until", json_or_null(permit.valid_until, format_local)},
            {"schedule_id", json_or_null(permit.schedule_id)},
            {"zones", strings(permit.zones)},
            {"max_inside", json_or_null(permit.max_inside)},
            {"max_uses", json_or_null(permit.max_uses)},
            {"escort", permit.escort},
            {"order_required", permit.order_required},
            {"access_points", strings(permit.access_points)},
            {"unknown_critical", strings(permit.unknown_critical)}};
}

json::value to_json(const Schedule& schedule) {
    json::array week;
    for (const auto& day : schedule.week) week.push_back(windows(day));
    return {{"id", schedule.id},
            {"name", schedule.name},
            {"week", std::move(week)},
            {"holiday", windows(schedule.holiday)}};
}

json::value to_json(const Calendar& calendar) {
    json::array holidays;
    for (const LocalDate day : calendar.holidays) holidays.emplace_back(format_date(day));
    json::array make_up;
    for (const auto& [day, weekday] : calendar.make_up_workdays) {
        make_up.push_back({{"date", format_date(day)}, {"weekday", weekday}});
    }
    return {{"holidays", std::move(holidays)}, {"make_up_workdays", std::move(make_up)}};
}

json::value to_json(const Block& block) {
    return {{"id", block.id},       {"scope", block.scope},   {"kind", to_string(block.kind)},
            {"plate", block.plate}, {"reason", block.reason}, {"until", json_or_null(block.until, format_local)}};
}

json::value to_json(const Listing& listing) {
    json::array permits;
    for (const auto& [credential, permit] : listing.permits) {
        permits.push_back({{"credential", to_json(credential)}, {"permit", to_json(permit)}});
    }
    json::array blocks;
    for (const Block& block : listing.blocks) blocks.push_back(to_json(block));
    return {{"plate", listing.plate}, {"permits", std::move(permits)}, {"blocks", std::move(blocks)}};
}

template <>
Result<Credential> from_json<Credential>(const json::value& value) {
    return read_document<Credential>(value, load_credential);
}
template <>
Result<Permit> from_json<Permit>(const json::value& value) {
    return read_document<Permit>(value, load_permit);
}
template <>
Result<Schedule> from_json<Schedule>(const json::value& value) {
    return read_document<Schedule>(value, load_schedule);
}
template <>
Result<Calendar> from_json<Calendar>(const json::value& value) {
    return read_document<Calendar>(value, load_calendar);
}
template <>
Result<Block> from_json<Block>(const json::value& value) {
    return read_document<Block>(value, load_block);
}
template <>
Result<Listing> from_json<Listing>(const json::value& value) {
    return read_document<Listing>(value, load_listing);
}

}  // namespace menshen
