// The OpenAPI document, out of the table of routes: what is served is described, and nothing else.
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "route.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

/// One "name:type[]?" of a list with blanks between.
struct Described {
    std::string_view name, type;
    bool many = false, optional = false;
};

std::vector<Described> described_in(std::string_view list) {
    std::vector<Described> all;
    while (!list.empty()) {
        auto word = list.substr(0, list.find(' '));
        list.remove_prefix(std::min(word.size() + 1, list.size()));
        Described one;
        one.optional = word.ends_with('?');
        if (one.optional) word.remove_suffix(1);
        one.many = word.ends_with("[]");
        if (one.many) word.remove_suffix(2);
        one.name = word.substr(0, word.find(':'));
        one.type = word.substr(one.name.size() + 1);
        all.push_back(one);
    }
    return all;
}

json::object schema_of(const Described& field) {
    json::object one{{"type", field.type}};
    if (!field.many) return one;
    return {{"type", "array"}, {"items", std::move(one)}};
}

json::object body_of(std::string_view list) {
    if (list.starts_with('=')) return {{"content", {{list.substr(1), json::object{}}}}, {"required", true}};
    json::object properties;
    json::array required;
    for (const auto& field : described_in(list)) {
        properties[field.name] = schema_of(field);
        if (!field.optional) required.emplace_back(field.name);
    }
    const bool needed = !required.empty();
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (needed) schema["required"] = std::move(required);
    return {{"content", {{"application/json", {{"schema", std::move(schema)}}}}}, {"required", needed}};
}

json::array parameters_of(const Route& route) {
    json::array all;
    std::string_view path = route.path;
    for (auto from = path.find('{'); from != std::string_view::npos; from = path.find('{')) {
        path.remove_prefix(from + 1);
        const auto name = path.substr(0, path.find('}'));
        all.push_back({{"name", name},
                       {"in", "path"},
                       {"required", true},
                       {"schema", {{"type", name == "id" || name == "number" ? "integer" : "string"}}}});
    }
    for (const auto& field : described_in(route.query)) {
        all.push_back(
            {{"name", field.name}, {"in", "query"}, {"required", !field.optional}, {"schema", schema_of(field)}});
    }
    if (route.door == Door::admin && route.where == Where::store && route.method != "GET") {
        for (const auto* name : {"Idempotency-Key", "If-Match"}) {
            all.push_back({{"name", name}, {"in", "header"}, {"required", false}, {"schema", {{"type", "string"}}}});
        }
    }
    return all;
}

json::array security_of(Access access) {
    switch (access) {
        case Access::anybody:
            return {};
        case Access::session:
        case Access::operation:
            return {json::object{{"cookie", json::array{}}}, json::object{{"bearer", json::array{}}}};
        case Access::enrolled:
        case Access::once_enrolled:
            return {json::object{{"certificate", json::array{}}}};
    }
    return {};
}

std::string operation_id(const Route& route) {
    std::string id(route.method);
    std::ranges::transform(id, id.begin(), [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    for (const char c : route.path.substr(3)) {
        if (c == '/' || c == '-' || c == '.') id += '_';
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') id += c;
    }
    return id;
}

json::object operation_of(const Route& route) {
    json::object operation{
        {"operationId", operation_id(route)},
        {"summary", route.summary},
        {"parameters", parameters_of(route)},
        {"security", security_of(route.access)},
        {"responses",
         {{"2XX", {{"description", "done"}}},
          {"default",
           {{"description", "a problem (RFC 9457)"},
            {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}}}}}};
    if (!route.body.empty()) operation["requestBody"] = body_of(route.body);
    if (route.operation) {
        json::array roles;
        for (const auto role : all_roles()) {
            if (allows(role, *route.operation)) roles.emplace_back(to_string(role));
        }
        operation["x-menshen-operation"] = to_string(*route.operation);
        operation["x-menshen-roles"] = std::move(roles);
    }
    return operation;
}

json::object components() {
    return {{"schemas",
             {{"Problem",
               {{"type", "object"},
                {"properties",
                 {{"type", {{"type", "string"}}},
                  {"title", {{"type", "string"}}},
                  {"status", {{"type", "integer"}}},
                  {"detail", {{"type", "string"}}},
                  {"zh", {{"type", "string"}}},
                  {"en", {{"type", "string"}}},
                  {"errors", {{"type", "array"}, {"items", {{"type", "object"}}}}}}}}}}},
            {"securitySchemes",
             {{"cookie", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "menshen_registry"}}},
              {"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
              {"certificate", {{"type", "mutualTLS"}}}}}};
}

}  // namespace

json::object open_api(Door door) {
    json::object paths;
    for (const auto& route : routes()) {
        if (route.door != door) continue;
        auto& path = paths[route.path];
        if (!path.is_object()) path = json::object{};
        std::string method(route.method);
        for (char& c : method) c = static_cast<char>(c + 32);
        path.as_object()[method] = operation_of(route);
    }
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", door == Door::admin ? "menshen registry" : "menshen registry, for gates"}, {"version", "1"}}},
            {"paths", std::move(paths)},
            {"components", components()}};
}

}  // namespace menshen::registry::server
