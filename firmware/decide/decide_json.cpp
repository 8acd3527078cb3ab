#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "decide/decide.hpp"
#include "values/json.hpp"
#include "values/json_fields.hpp"

namespace menshen {
namespace {

namespace json = boost::json;

constexpr Names<Mode, 4> modes{
    {{Mode::normal, "normal"}, {Mode::fleet, "fleet"}, {Mode::lockdown, "lockdown"}, {Mode::fire, "fire"}}};
constexpr Names<Direction, 2> directions{{{Direction::in, "in"}, {Direction::out, "out"}}};
constexpr Names<ClockState, 3> clocks{
    {{ClockState::unset, "unset"}, {ClockState::drifting, "drifting"}, {ClockState::trusted, "trusted"}}};
constexpr std::size_t max_elements = 1024;

json::object json_of(const Policy& p) {
    return {{"grant_likelihood", p.grant_likelihood},           {"look_alike_grant", p.look_alike_grant},
            {"look_alike_likelihood", p.look_alike_likelihood}, {"soft_anti_passback", p.soft_anti_passback},
            {"presence_expires", p.presence_expires.count()},   {"exit_open", p.exit_open},
            {"zone_capacity", json_or_null(p.zone_capacity)},   {"list_usable", p.list_usable}};
}

json::object json_of(const Presence& p) {
    return {{"plate", p.plate},
            {"inside", p.inside},
            {"since", json_or_null(p.since, [](Duration d) { return d.count(); })},
            {"permit_inside", p.permit_inside},
            {"permit_uses", p.permit_uses}};
}

template <class T, class Print>
json::array array_of(const std::vector<T>& all, Print print) {
    json::array out;
    for (const T& each : all) out.emplace_back(print(each));
    return out;
}

bool load_policy(const JsonNode& node, Policy& out) {
    const JsonFields fields(node);
    return fields.fraction("grant_likelihood", out.grant_likelihood) &&
           fields("look_alike_grant", out.look_alike_grant) &&
           fields.fraction("look_alike_likelihood", out.look_alike_likelihood) &&
           fields("soft_anti_passback", out.soft_anti_passback) && fields("presence_expires", out.presence_expires) &&
           fields("exit_open", out.exit_open) && fields("zone_capacity", out.zone_capacity) &&
           fields("list_usable", out.list_usable);
}

bool load_presence(const JsonNode& node, Presence& out) {
    const JsonFields fields(node);
    return fields("plate", out.plate) && fields("inside", out.inside) && fields("since", out.since) &&
           fields("permit_inside", out.permit_inside) && fields("permit_uses", out.permit_uses);
}

/// A value that values/json.hpp reads, inside this document: its mistakes get this document's path in front.
template <class T>
bool load_value(const JsonNode& node, T& out) {
    auto read = from_json<T>(node.value);
    if (!read) return node.fail(": " + read.error().message);
    out = std::move(read).value();
    return true;
}

bool load_input(const JsonNode& node, DecideInput& out) {
    const JsonFields fields(node);
    return fields.with("claim", [&](const JsonNode& n) { return load_value(n, out.claim); }) &&
           fields.array("listings", out.listings, max_elements, load_value<Listing>) &&
           fields.array("presences", out.presences, max_elements, load_presence) &&
           fields.array("schedules", out.schedules, max_elements, load_value<Schedule>) &&
           fields.with("calendar", [&](const JsonNode& n) { return load_value(n, out.calendar); }) &&
           fields.choice("mode", modes, out.mode) && fields.choice("direction", directions, out.direction) &&
           fields("zone", out.zone) &&
           (!fields.has("access_point") || fields("access_point", out.access_point)) &&  // older events
           fields("zone_inside", out.zone_inside) &&
           fields.with("policy", [&](const JsonNode& n) { return load_policy(n, out.policy); }) &&
           fields("local", out.local) && fields.choice("clock", clocks, out.clock);
}

}  // namespace

json::value to_json(const DecideInput& input) {
    return {{"claim", to_json(input.claim)},
            {"listings", array_of(input.listings, [](const Listing& l) { return to_json(l); })},
            {"presences", array_of(input.presences, [](const Presence& p) { return json_of(p); })},
            {"schedules", array_of(input.schedules, [](const Schedule& s) { return to_json(s); })},
            {"calendar", to_json(input.calendar)},
            {"mode", to_string(input.mode)},
            {"direction", to_string(input.direction)},
            {"zone", input.zone},
            {"access_point", input.access_point},
            {"zone_inside", input.zone_inside},
            {"policy", json_of(input.policy)},
            {"local", format_local(input.local)},
            {"clock", name_in(clocks, input.clock)}};
}

Result<DecideInput> decide_input_from_json(const json::value& value) {
    return read_document<DecideInput>(value, load_input);
}

std::string_view to_string(Mode mode) {
    return name_in(modes, mode);
}
std::string_view to_string(Direction direction) {
    return name_in(directions, direction);
}

}  // namespace menshen
