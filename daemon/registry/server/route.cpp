#include "route.hpp"

namespace menshen::registry::server {
namespace {

Routes all_routes() {
    Routes all;
    for (const auto add : {add_common_routes, add_session_routes, add_permit_routes, add_visit_routes, add_list_routes,
                           add_commit_routes, add_fleet_routes, add_event_routes, add_user_routes, add_enrolment_routes,
                           add_feed_routes, add_uplink_routes, add_word_routes, add_import_routes}) {
        add(all);
    }
    return all;
}

std::string_view next_segment(std::string_view& path) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

/// The parts, or nothing if the path is another.
std::optional<std::vector<std::string>> parts_of(std::string_view path, const std::vector<std::string>& segments) {
    std::vector<std::string> parts;
    for (const auto& segment : segments) {
        if (path.empty()) return std::nullopt;
        const auto wanted = next_segment(path);
        if (wanted.starts_with('{')) {
            if (segment.empty()) return std::nullopt;
            parts.push_back(segment);
        } else if (wanted != segment) {
            return std::nullopt;
        }
    }
    return path.empty() ? std::optional(std::move(parts)) : std::nullopt;
}

}  // namespace

std::span<const Route> routes() {
    static const Routes all = all_routes();
    return all;
}

Matched match(Door door, std::string_view method, const std::vector<std::string>& segments) {
    Matched matched;
    for (const auto& route : routes()) {
        if (route.door != door) continue;
        auto parts = parts_of(route.path, segments);
        if (!parts) continue;
        if (route.method == method) {
            matched.route = &route;
            matched.parts = std::move(*parts);
            return matched;
        }
        matched.allow.append(matched.allow.empty() ? "" : ", ").append(route.method);
    }
    return matched;
}

Route reading(std::string_view path, Operation operation, Run run, std::string_view summary, std::string_view query) {
    Route route;
    route.method = "GET";
    route.path = path;
    route.access = Access::operation;
    route.operation = operation;
    route.run = run;
    route.summary = summary;
    route.query = query;
    return route;
}

Route posted(std::string_view path, std::string_view summary, std::string_view body) {
    Route route;
    route.method = "POST";
    route.path = path;
    route.summary = summary;
    route.body = body;
    route.most_body = small_body;
    return route;
}

Route changing(std::string_view method, std::string_view path, Operation operation, Run run, std::string_view summary,
               std::string_view body) {
    Route route = reading(path, operation, run, summary);
    route.method = method;
    route.where = Where::store;
    route.body = body;
    route.most_body = small_body;
    return route;
}

}  // namespace menshen::registry::server
