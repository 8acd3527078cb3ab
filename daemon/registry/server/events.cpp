// Events with their pictures, and alarms.
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "answers.hpp"
#include "evidence.hpp"
#include "values/json_fields.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

json::object event_json(const StoredEvent& event) {
    json::value body;
    boost::system::error_code failed;
    if (!event.body.empty()) body = json::parse(event.body, failed);
    json::array pictures;
    for (const auto& each : event.pictures) {
        pictures.push_back({{"name", each.name}, {"sha256", each.sha256}, {"bytes", each.bytes}, {"gone", each.gone}});
    }
    return {{"number", event.number},
            {"gate", event.gate},
            {"log", event.log},
            {"sequence", event.sequence},
            {"utc", format_utc(event.utc)},
            {"clock", event.clock},
            {"kind", event.kind},
            {"lane", event.lane},
            {"arrival", event.arrival},
            {"authorisation", event.authorisation},
            {"plate", event.plate},
            {"body", std::move(body)},
            {"pictures", std::move(pictures)}};
}

/// The gates whose events the user may see; none and no error: every one.
Result<std::vector<Id>> gates_seen(Desk& desk, const Call& call, std::optional<Reply>& refused) {
    std::vector<Id> gates;
    Query query;
    query.kind = Kind::gate;
    query.scopes = scopes_of(call, refused);
    query.limit = max_page;
    if (refused || query.scopes.empty()) return gates;
    do {
        auto page = desk.reader.directory().find(query);
        if (!page) return page.error();
        for (const auto& gate : page->entities) gates.push_back(gate.id);
        query.after = page->next;
    } while (!query.after.empty());
    if (gates.empty()) gates.push_back(-1);  // of none
    return gates;
}

std::optional<UtcTime> asked_moment(const Call& call, const std::string& name, FieldErrors& errors) {
    auto text = std::string(call.asked(name));
    if (text.empty()) return std::nullopt;
    if (text.ends_with('Z')) text.pop_back();
    auto time = parse_local(text.substr(0, text.find('.')));
    if (time) return UtcTime(time->time_since_epoch());
    errors.push_back({name, "format", "must be a time in UTC: 2026-11-22T08:30:00Z"});
    return std::nullopt;
}

EventQuery event_query(const Call& call, FieldErrors& errors) {
    EventQuery query;
    query.kind = call.asked("kind");
    query.plate = call.asked("plate");
    query.from = asked_moment(call, "from", errors);
    query.until = asked_moment(call, "until", errors);
    query.before = asked_number(call, "before", 0, 1, INT64_MAX, errors);
    query.limit = static_cast<int>(asked_number(call, "limit", 50, 1, 1'000, errors));
    return query;
}

Reply find_events(Desk& desk, const Call& call) {
    std::optional<Reply> refused;
    FieldErrors errors;
    auto query = event_query(call, errors);
    const auto one = asked_number(call, "gate", 0, 1, INT64_MAX, errors);
    auto gates = gates_seen(desk, call, refused);
    if (!gates) return problem(gates.error());
    if (refused) return *refused;
    if (!errors.empty()) return wrong_fields(errors);
    if (one != 0 && !gates->empty() && std::ranges::find(*gates, one) == gates->end()) return forbidden();
    query.gates = one != 0 ? std::vector<Id>{one} : std::move(*gates);
    auto events = desk.reader.events().find(query);
    if (!events) return problem(events.error());
    json::array items;
    for (const auto& event : *events) items.push_back(event_json(event));
    const bool more = events->size() == static_cast<std::size_t>(query.limit);
    return json_reply(page_json(std::move(items), more ? std::to_string(events->back().number) : ""));
}

Reply show_event(Desk& desk, const Call& call) {
    const auto number = number_in(call.parts.at(0));
    if (!number) return not_found();
    auto events = desk.reader.events().of_one_car(*number);
    if (!events) return problem(events.error());
    const auto asked = std::ranges::find(*events, *number, &StoredEvent::number);
    if (asked == events->end()) return not_found();
    auto gate = desk.reader.directory().find(asked->gate);
    if (!gate) return problem(gate.error());
    if (!call.covers(*gate ? (*gate)->scope : "*")) return forbidden();
    json::array car;
    for (const auto& event : *events) car.push_back(event_json(event));
    auto shown = event_json(*asked);
    shown["car"] = std::move(car);
    return json_reply(shown);
}

Reply show_picture(Desk& desk, const Call& call) {
    Reply refused;
    const auto gate = entity_of(desk, call, Kind::gate, refused);
    if (!gate) return refused;
    const auto& sha256 = call.parts.at(1);
    if (!bundle::hash_from_hex(sha256)) return not_found();
    auto wanted = desk.reader.events().wanted_picture(gate->id, sha256);
    if (!wanted) return problem(wanted.error());
    const auto file = evidence_file(desk.services.folder, sha256);
    std::error_code failed;
    const auto size = std::filesystem::file_size(file, failed);
    if (!*wanted || failed) return not_found();
    Reply reply;
    reply.type = "image/jpeg";
    reply.file = FileSlice{file, 0, size};
    reply.fields.emplace_back("Cache-Control", "private, max-age=86400, immutable");
    return reply;
}

Reply list_alarms(Desk& desk, const Call& call) {
    std::optional<Reply> refused;
    FieldErrors errors;
    const auto limit = static_cast<int>(asked_number(call, "limit", 50, 1, 1'000, errors));
    auto gates = gates_seen(desk, call, refused);
    if (!gates) return problem(gates.error());
    if (refused) return *refused;
    if (!errors.empty()) return wrong_fields(errors);
    auto alarms = desk.reader.events().alarms(call.asked("open") == "true", limit);
    if (!alarms) return problem(alarms.error());
    json::array items;
    for (const auto& alarm : *alarms) {
        if (!gates->empty() && std::ranges::find(*gates, alarm.gate) == gates->end()) continue;
        items.push_back({{"number", alarm.number},
                         {"utc", format_utc(alarm.utc)},
                         {"gate", alarm.gate},
                         {"kind", alarm.kind},
                         {"detail", alarm.detail},
                         {"closed", json_or_null(alarm.closed, format_utc)},
                         {"closed_by", alarm.closed_by}});
    }
    return json_reply(page_json(std::move(items), {}));
}

Reply close_alarm(Desk& desk, const Call& call) {
    const auto number = number_in(call.parts.at(0));
    if (!number) return not_found();
    auto open = desk.reader.events().alarms(true, 1'000);
    if (!open) return problem(open.error());
    const auto alarm = std::ranges::find(*open, *number, &Alarm::number);
    if (alarm == open->end()) return not_found();
    auto gate = desk.reader.directory().find(alarm->gate);
    if (!gate) return problem(gate.error());
    if (!call.covers(*gate ? (*gate)->scope : "*")) return forbidden();
    auto done = desk.store->intake().close_alarm(*number, call.who->user.name, call.now.utc);
    return done ? no_content() : problem(done.error());
}

}  // namespace

void add_event_routes(Routes& routes) {
    routes.push_back(reading("/v1/events", Operation::see_events, find_events, "Events of the gates, newest first",
                             "scope:string? gate:integer? kind:string? plate:string? from:string? until:string? "
                             "before:integer? limit:integer?"));
    routes.push_back(reading("/v1/events/{number}", Operation::see_events, show_event,
                             "One event, with all that its gate wrote of the same car"));
    routes.push_back(reading("/v1/gates/{id}/pictures/{sha256}", Operation::see_pictures, show_picture,
                             "A picture that an event of the gate names"));
    routes.push_back(reading("/v1/alarms", Operation::see_events, list_alarms, "Alarms that the registry has raised",
                             "scope:string? open:boolean? limit:integer?"));
    routes.push_back(
        changing("POST", "/v1/alarms/{number}/close", Operation::close_alarms, close_alarm, "Closes an alarm"));
}

}  // namespace menshen::registry::server
