#include "registry/feed_rows.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "names.hpp"
#include "values/json.hpp"
#include "values/json_fields.hpp"

namespace menshen::registry {

namespace {

namespace json = boost::json;
using Body = std::optional<std::string>;

bool over(const std::optional<LocalTime>& end, LocalTime now) {
    return end && *end + shown_after_end <= now;
}

bool over(const Permit& permit, LocalTime now) {
    return over(permit.valid_until, now) || (permit.state == PermitState::cancelled && over(permit.cancelled, now));
}

template <class T>
Result<const T*> find_as(Lookup& lookup, Id id) {
    auto found = lookup.find(id);
    if (!found) return found.error();
    if (*found == nullptr) return {Errc::corrupt, fmt::format("entity {} is named and not there", id)};
    return &(*found)->as<T>();
}

/// Keys of the zones or access points named.
template <class T>
Result<std::vector<std::string>> keys_of(Lookup& lookup, const std::vector<Id>& ids) {
    std::vector<std::string> keys;
    for (const auto id : ids) {
        auto found = find_as<T>(lookup, id);
        if (!found) return found.error();
        keys.push_back((*found)->key);
    }
    std::ranges::sort(keys);
    return keys;
}

template <class T>
Result<json::value> key_or_null(Lookup& lookup, const std::optional<Id>& id) {
    if (!id) return json::value(nullptr);
    auto found = find_as<T>(lookup, *id);
    if (!found) return found.error();
    return json::value((*found)->key);
}

Result<menshen::Permit> as_gates_know_it(const Entity& entity, const Permit& permit, Lookup& lookup) {
    menshen::Permit out;
    out.id = entity.id;
    out.scope = entity.scope;
    out.permit_class = permit.permit_class;
    out.state = permit.state;
    out.holder = permit.holder;
    if (permit.person) {
        auto person = find_as<Person>(lookup, *permit.person);
        if (!person) return person.error();
        out.holder = (*person)->name;
    }
    if (permit.unit) {
        auto unit = find_as<Unit>(lookup, *permit.unit);
        if (!unit) return unit.error();
        out.unit = (*unit)->name;
    }
    out.phone = permit.phone;
    out.note = permit.note;
    out.valid_from = permit.valid_from;
    out.valid_until = permit.valid_until;
    out.schedule_id = permit.schedule;
    auto zones = keys_of<Zone>(lookup, permit.zones);
    if (!zones) return zones.error();
    out.zones = std::move(zones).value();
    out.max_inside = permit.max_inside;
    out.max_uses = permit.max_uses;
    out.escort = permit.escort;
    out.order_required = permit.order_required;
    auto points = keys_of<AccessPoint>(lookup, permit.access_points);
    if (!points) return points.error();
    out.access_points = std::move(points).value();
    return out;
}

Result<Body> body(const Entity& entity, const Permit& permit, Lookup& lookup, LocalTime now) {
    if (over(permit, now)) return Body{};
    auto known = as_gates_know_it(entity, permit, lookup);
    if (!known) return known.error();
    auto out = to_json(*known).as_object();
    out.erase("unknown_critical");  // what a gate finds out for itself
    if (permit.access_points.empty()) {
        out.erase("access_points");
    } else {
        out["crit"] = json::array{"access_points"};
    }
    return Body(json::serialize(out));
}

Result<Body> body(const Entity& entity, const Credential& credential, Lookup& lookup, LocalTime now) {
    const Id permit_id = credential.permit.value_or(0);
    auto permit = find_as<Permit>(lookup, permit_id);
    if (!permit) return permit.error();
    if (over(**permit, now)) return Body{};
    return Body(json::serialize(to_json(menshen::Credential{entity.id, credential.kind, credential.value, permit_id})));
}

Result<Body> body(const Entity& entity, const Schedule& schedule, Lookup&, LocalTime) {
    return Body(json::serialize(to_json(menshen::Schedule{entity.id, schedule.name, schedule.week, schedule.holiday})));
}

Result<Body> body(const Entity&, const Calendar& calendar, Lookup&, LocalTime) {
    return Body(json::serialize(to_json(calendar.days)));
}

Result<Body> body(const Entity& entity, const Block& block, Lookup&, LocalTime now) {
    if (over(block.until, now)) return Body{};
    return Body(json::serialize(
        to_json(menshen::Block{entity.id, entity.scope, block.kind, block.plate, block.reason, block.until})));
}

Result<Body> body(const Entity& entity, const Zone& zone, Lookup&, LocalTime) {
    return Body(json::serialize(json::object{
        {"id", entity.id}, {"key", zone.key}, {"name", zone.name}, {"capacity", json_or_null(zone.capacity)}}));
}

Result<Body> body(const Entity& entity, const AccessPoint& point, Lookup& lookup, LocalTime) {
    auto zone = key_or_null<Zone>(lookup, point.zone);
    if (!zone) return zone.error();
    auto gate = key_or_null<Gate>(lookup, point.gate);
    if (!gate) return gate.error();
    return Body(json::serialize(json::object{{"id", entity.id},
                                             {"key", point.key},
                                             {"name", point.name},
                                             {"kind", name_in(access_kinds, point.kind)},
                                             {"direction", name_in(access_directions, point.direction)},
                                             {"zone", std::move(zone).value()},
                                             {"gate", std::move(gate).value()}}));
}

template <class T>
Result<Body> body(const Entity&, const T&, Lookup&, LocalTime) {
    return Body{};
}

}  // namespace

bool has_feed_row(Kind kind) {
    switch (kind) {
        case Kind::permit:
        case Kind::credential:
        case Kind::schedule:
        case Kind::calendar:
        case Kind::block:
        case Kind::zone:
        case Kind::access_point:
            return true;
        default:
            return false;
    }
}

Result<std::optional<std::string>> feed_body(const Entity& entity, Lookup& lookup, LocalTime now) {
    return std::visit([&](const auto& each) { return body(entity, each, lookup, now); }, entity.value);
}

}  // namespace menshen::registry
