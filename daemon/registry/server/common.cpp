// What both doors answer: the description, the key set, and whether the registry lives.
#include <boost/json/array.hpp>

#include "route.hpp"

namespace menshen::registry::server {
namespace {

Reply show_keys(Desk& desk, const Call&) {
    Reply reply;
    reply.type = "application/x-ndjson";
    reply.text = desk.services.signer.key_set_line() + "\n";
    return reply;
}

Reply show_description(Desk&, const Call& call) {
    return json_reply(open_api(call.door));
}

Reply show_health(Desk& desk, const Call&) {
    auto scopes = desk.reader.feed().scopes();
    if (!scopes) return problem(scopes.error());
    return json_reply({{"status", "ok"}});
}

void add_open(Routes& routes, Door door, std::string_view path, Run run, std::string_view summary) {
    Route route;
    route.method = "GET";
    route.path = path;
    route.door = door;
    route.run = run;
    route.summary = summary;
    routes.push_back(route);
}

}  // namespace

void add_common_routes(Routes& routes) {
    for (const auto door : {Door::admin, Door::gate}) {
        add_open(routes, door, "/v1/openapi.json", show_description, "This description");
        add_open(routes, door, "/v1/keys", show_keys, "The signing keys, signed by the offline root");
        add_open(routes, door, "/v1/health", show_health, "Whether the registry can answer");
    }
}

}  // namespace menshen::registry::server
