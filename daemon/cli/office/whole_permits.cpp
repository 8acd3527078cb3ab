#include "whole_permits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "json_text.hpp"
#include "look_up.hpp"
#include "values/json.hpp"

namespace menshen::office {

namespace json = boost::json;

namespace {

constexpr std::size_t changes_at_once = 1'000;

json::value local_or_null(const std::optional<LocalTime>& time) {
    return time ? json::value(format_local(*time)) : json::value(nullptr);
}
json::value number_or_null(const std::optional<int>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

/// What needs no look-up.
json::object plain_fields(const Permit& permit) {
    return {{"class", to_string(permit.permit_class)},
            {"holder", permit.holder},
            {"phone", permit.phone},
            {"note", permit.note},
            {"valid_from", local_or_null(permit.valid_from)},
            {"valid_until", local_or_null(permit.valid_until)},
            {"max_inside", number_or_null(permit.max_inside)},
            {"max_uses", number_or_null(permit.max_uses)},
            {"escort", permit.escort},
            {"order_required", permit.order_required}};
}

/// As the registry's keys are.
bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

json::object schedule_fields(const Schedule& schedule) {
    const auto told = to_json(schedule);
    auto name = schedule.name.empty() ? fmt::format("hours {}", schedule.id) : schedule.name;
    return {
        {"name", std::move(name)}, {"week", told.as_object().at("week")}, {"holiday", told.as_object().at("holiday")}};
}

/// How the registry names what a permit names.
struct NamedKind {
    std::string_view kind, path, key;
};
constexpr std::array<NamedKind, 4> named_kinds = {{{"schedule", "/v1/schedules", "name"},
                                                   {"zone", "/v1/zones", "key"},
                                                   {"access_point", "/v1/access-points", "key"},
                                                   {"unit", "/v1/units", "name"}}};

json::object put(std::string_view kind, const std::string& scope, std::int64_t id, json::object value) {
    return {{"put", {{"kind", kind}, {"id", id}, {"scope", scope}, {"value", std::move(value)}}}};
}

json::object plate_change(const std::string& scope, std::int64_t permit, const std::string& plate) {
    return put("credential", scope, 0, {{"permit", permit}, {"kind", "plate"}, {"value", plate}});
}

/// Plates and cards of a permit as the registry tells it, without those.
std::vector<std::string> others_of(const json::object& permit, const std::vector<std::string>& without) {
    std::vector<std::string> others;
    for (const auto& each : array_in(permit, "credentials")) {
        auto value = each.is_object() ? text_in(object_in(each.as_object(), "value"), "value") : std::string();
        if (!value.empty() && std::find(without.begin(), without.end(), value) == without.end()) {
            others.push_back(std::move(value));
        }
    }
    return others;
}

/// The first field of them that stands otherwise.
bool differ(const json::object& fields, const json::object& from) {
    return std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
        const auto* there = from.if_contains(field.key());
        return there == nullptr || *there != field.value();
    });
}

}  // namespace

bool has_limits(const Permit& permit) {
    return permit.schedule_id || !permit.zones.empty() || !permit.access_points.empty() || permit.max_inside ||
           permit.max_uses || permit.escort || permit.order_required;
}

struct WholePermits::Plan {
    json::array named;                                                   // what has to be there before
    std::vector<json::array> permits;                                    // each is changed as one
    std::map<std::pair<std::string, std::string>, json::object> coming;  // by kind and name
    cli::GateReport report;
    std::int64_t number = 0;  // the permit that is planned

    void refuse(std::string kind, std::string text) {
        ++report.errors;
        report.problems.push_back({number, true, std::move(kind), std::move(text)});
    }
};

/// The fields of a permit that are the ids of something.
struct WholePermits::Named {
    json::object fields;
    bool whole = true;  // nothing of it has yet to be made
    bool refused = false;
};

/// `id` is null where it has yet to be made.
Status WholePermits::look_up(std::string_view kind, const std::string& name, json::object value, Named& named,
                             Plan& plan, json::value& id) {
    const auto* of =
        std::find_if(named_kinds.begin(), named_kinds.end(), [&](const auto& one) { return one.kind == kind; });
    auto found = find_named(registry_, of->path, of->key, site_, name);
    if (!found) return found.error();
    auto coming = plan.coming.find({std::string(kind), name});
    const bool is_coming = !*found && coming != plan.coming.end();
    const bool differs = kind == "schedule" && ((*found && differ(value, object_in(**found, "value"))) ||
                                                (is_coming && coming->second != value));
    if (differs) {
        named.refused = true;
        plan.refuse("schedule", fmt::format("the hours {} are others {}; give them another name, or make them alike",
                                            name, *found ? "at the registry" : "in another permit's"));
    } else if (*found) {
        id = number_in(**found, "id");
    } else if (kind == "access_point") {
        named.refused = true;
        plan.refuse("access_point",
                    fmt::format("the lane or door {} is not known at the registry; add it there first", name));
    } else {
        named.whole = false;
        if (!is_coming) {
            plan.named.push_back(put(kind, site_, 0, value));
            plan.coming.emplace(std::pair(std::string(kind), name), std::move(value));
        }
    }
    return {};
}

Status WholePermits::add_named(const WholePermit& whole, Named& named, Plan& plan) {
    const auto& permit = whole.permit;
    json::value schedule, unit;
    Status done;
    if (whole.schedule) {
        auto fields = schedule_fields(*whole.schedule);
        const auto name = text_in(fields, "name");
        done = look_up("schedule", name, std::move(fields), named, plan, schedule);
    }
    if (done && !permit.unit.empty()) {
        done = look_up("unit", permit.unit, {{"name", permit.unit}}, named, plan, unit);
    }
    json::array zones, points;
    for (const auto& key : permit.zones) {
        if (done && !is_key(key)) {
            named.refused = true;
            plan.refuse("zone", fmt::format("the zone {}: the registry's keys are of a-z, 0-9 and -", key));
        } else if (done) {
            done = look_up("zone", key, {{"key", key}, {"name", key}}, named, plan, zones.emplace_back(nullptr));
        }
    }
    for (const auto& key : permit.access_points) {
        if (done) done = look_up("access_point", key, {}, named, plan, points.emplace_back(nullptr));
    }
    named.fields = {{"schedule", schedule}, {"unit", unit}, {"zones", zones}, {"access_points", points}};
    return done;
}

Status WholePermits::add(std::int64_t number, const WholePermit& whole, Plan& plan) {
    plan.number = number;
    std::map<std::int64_t, json::object> standing;
    std::vector<std::string> missing;
    for (const auto& plate : whole.plates) {
        auto found = permits_with(registry_, plate, {{"scope", site_}, {"state", "active"}, {"lasting", "true"}});
        if (!found) return found.error();
        if (found->empty()) missing.push_back(plate);
        for (auto& each : *found) standing.emplace(number_in(each, "id"), std::move(each));
    }
    if (standing.size() > 1) {
        plan.refuse("several", fmt::format("{} have several permits at the registry; cancel all but one there",
                                           fmt::join(whole.plates, ", ")));
        return {};
    }
    Named named;
    if (auto done = add_named(whole, named, plan); !done || named.refused) return done;
    auto fields = plain_fields(whole.permit);
    for (auto& field : named.fields) fields[field.key()] = field.value();
    const bool is_new = standing.empty();
    const auto id = is_new ? -number : standing.begin()->first;
    json::object value = is_new ? fields : object_in(standing.begin()->second, "value");
    const bool changes = is_new || !named.whole || differ(fields, value);
    if (const auto others =
            is_new || !changes ? std::vector<std::string>() : others_of(standing.begin()->second, whole.plates);
        !others.empty()) {  // whom this gate never listed: what holds for them is the registry's alone
        plan.refuse(
            "several",
            fmt::format("permit {} at the registry is also that of {}; change it there, or give {} one of their own",
                        id, fmt::join(others, ", "), fmt::join(whole.plates, ", ")));
        return {};
    }
    if (!changes && missing.empty()) return ++plan.report.unchanged, Status();
    ++(is_new ? plan.report.added : plan.report.changed);
    json::array all;
    if (changes) {
        for (auto& field : fields) value[field.key()] = field.value();
        auto change = put("permit", site_, id, std::move(value));
        if (!is_new) change.at("put").as_object()["if_version"] = number_in(standing.begin()->second, "version");
        all.push_back(std::move(change));
    }
    for (const auto& plate : missing) all.push_back(plate_change(site_, id, plate));
    plan.permits.push_back(std::move(all));
    return {};
}

Result<WholePermits::Plan> WholePermits::plan(const std::set<std::int64_t>& numbers) {
    Plan plan;
    for (const auto& [number, whole] : permits_) {
        if (!numbers.contains(number)) continue;
        if (auto done = add(number, whole, plan); !done) return done.error();
    }
    return plan;
}

Status WholePermits::send(json::array changes) {
    if (changes.empty()) return {};
    json::object body{{"changes", std::move(changes)}};
    if (!why_.empty()) body["why"] = why_;
    auto done = registry_.change({"POST", "/v1/commits", std::move(body)});
    return done ? Status() : Status(done.error());
}

Result<cli::GateReport> WholePermits::compare(const std::set<std::int64_t>& numbers) {
    auto planned = plan(numbers);
    if (!planned) return planned.error();
    return std::move(planned->report);
}

Result<cli::GateReport> WholePermits::commit(const std::set<std::int64_t>& numbers) {
    auto planned = plan(numbers);
    if (!planned) return planned.error();
    if (planned->report.errors > 0) return std::move(planned->report);
    const auto report = planned->report;
    if (!planned->named.empty()) {
        if (auto done = send(std::move(planned->named)); !done) return done.error();
        planned = plan(numbers);  // now with the ids of what was made
        if (!planned) return planned.error();
        // A permit without the hours or zones it is limited to would be a wider one.
        if (!planned->named.empty() || planned->report.errors > 0) {
            return {Errc::conflict,
                    "hours, zones or units that were just made at the registry are not found there, or permits have "
                    "changed "
                    "meanwhile; no permit was issued, give the command again"};
        }
    }
    json::array changes;
    for (auto& one : planned->permits) {
        if (changes.size() + one.size() > changes_at_once) {
            if (auto done = send(std::exchange(changes, {})); !done) return done.error();
        }
        changes.insert(changes.end(), one.begin(), one.end());
    }
    if (auto done = send(std::move(changes)); !done) return done.error();
    auto done = report;
    done.committed = true;
    return done;
}

}  // namespace menshen::office
