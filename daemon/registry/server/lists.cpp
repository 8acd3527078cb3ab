// Lists of entities of one kind. How they are changed: permits, visits and blocks by their own addresses, the others by
// POST /v1/commits.
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "answers.hpp"
#include "registry/fields.hpp"

namespace menshen::registry::server {
namespace {

template <Kind kind>
Reply list_entities(Desk& desk, const Call& call) {
    std::optional<Reply> refused;
    FieldErrors errors;
    Query query;
    query.kind = kind;
    query.scopes = scopes_of(call, refused);
    query.words = call.asked("words");
    query.group = call.asked("group");
    query.state = call.asked("state");
    query.ends_after = asked_time(call, "ends_after", errors);
    query.begins_before = asked_time(call, "begins_before", errors);
    query.after = call.asked("after");
    query.limit = static_cast<int>(asked_number(call, "limit", 50, 1, max_page, errors));
    if (const auto id = asked_number(call, "refers_to", 0, 1, INT64_MAX, errors)) query.refers_to = id;
    if (refused) return *refused;
    if (!errors.empty()) return wrong_fields(errors);
    auto page = desk.reader.directory().find(query);
    if (!page) return problem(page.error());
    boost::json::array items;
    for (const auto& entity : page->entities) items.push_back(to_json(entity));
    return json_reply(page_json(std::move(items), page->next));
}

template <Kind kind>
Reply show_entity(Desk& desk, const Call& call) {
    Reply refused;
    const auto entity = entity_of(desk, call, kind, refused);
    if (!entity) return refused;
    Reply reply = json_reply(to_json(*entity));
    reply.fields.emplace_back("ETag", fmt::format("\"{}\"", entity->version));
    return reply;
}

constexpr std::string_view list_query =
    "scope:string? words:string? group:string? state:string? refers_to:integer? ends_after:string? "
    "begins_before:string? after:string? limit:integer?";

template <Kind kind>
void add_kind(Routes& routes, std::string_view list, std::string_view one, Operation operation, std::string_view what) {
    routes.push_back(reading(list, operation, list_entities<kind>, what, list_query));
    routes.push_back(reading(one, operation, show_entity<kind>, what));
}

}  // namespace

void add_list_routes(Routes& routes) {
    using enum Operation;
    add_kind<Kind::visit>(routes, "/v1/visits", "/v1/visits/{id}", see_visits, "Visits");
    add_kind<Kind::block>(routes, "/v1/blocks", "/v1/blocks/{id}", see_blocks, "Blocked and watched plates");
    add_kind<Kind::unit>(routes, "/v1/units", "/v1/units/{id}", see_permits, "Units");
    add_kind<Kind::person>(routes, "/v1/people", "/v1/people/{id}", see_permits, "People");
    add_kind<Kind::vehicle>(routes, "/v1/vehicles", "/v1/vehicles/{id}", see_permits, "Vehicles");
    add_kind<Kind::zone>(routes, "/v1/zones", "/v1/zones/{id}", see_structure, "Zones");
    add_kind<Kind::access_point>(routes, "/v1/access-points", "/v1/access-points/{id}", see_structure, "Access points");
    add_kind<Kind::schedule>(routes, "/v1/schedules", "/v1/schedules/{id}", see_structure, "Schedules");
    add_kind<Kind::calendar>(routes, "/v1/calendars", "/v1/calendars/{id}", see_structure, "Calendars");
}

}  // namespace menshen::registry::server
