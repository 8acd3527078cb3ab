// Every route for every role: who may is what the one table says, and the description knows exactly the routes.
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <set>

#include "rig.hpp"
#include "route.hpp"

namespace menshen::registry::server::test {

namespace {

/// An address of the route, of things that are not there.
std::string some_path(std::string_view path) {
    std::string out;
    for (bool inside = false; const char c : path) {
        if (c == '{') out += "999999";
        inside = c == '{' || (inside && c != '}');
        if (!inside && c != '}') out += c;
    }
    return out;
}

Heard ask(const Client& client, const Route& route) {
    return client.ask(std::string(route.method), some_path(route.path), route.body.empty() ? "" : "{}");
}

std::int64_t changed(const Heard& heard, std::size_t at) {
    return heard.json().at("changed").as_array().at(at).at("id").as_int64();
}

std::string state_at(const Rig& rig, const std::string& permit) {
    return std::string(rig.admin.get(permit).json().at("value").at("state").as_string());
}

std::string what(const Route& route, std::string_view who) {
    return fmt::format("{} {} as {}", route.method, route.path, who);
}

}  // namespace

TEST_CASE("roles × routes: exactly who may do a route's operation gets beyond 403") {
    Rig rig;
    int asked = 0;
    for (const auto role : all_roles()) {
        const auto client = rig.admin_door(rig.user_with(std::string(to_string(role))));
        for (const auto& route : routes()) {
            if (route.door != Door::admin) continue;
            // what anybody may do is no role's; signing out would end the test; commits are judged by what they change
            const bool ends_session = route.method == "DELETE" && route.path == "/v1/session";
            if (route.access == Access::anybody || ends_session) continue;
            const auto heard = ask(client, route);
            const bool may = !route.operation || allows(role, *route.operation);
            CHECK_MESSAGE((heard.status != 403) == may, what(route, to_string(role)) << ": " << heard.status);
            CHECK_MESSAGE(heard.status != 401, what(route, to_string(role)));
            CHECK_MESSAGE(heard.status < 500, what(route, to_string(role)) << ": " << heard.body);
            ++asked;
        }
    }
    CHECK(asked > 200);
}

TEST_CASE("no role gives a visit another permit than its own, or takes that away: they are cancelled together") {
    Rig rig;
    const auto issued = rig.issue("浙A12345");
    const auto from = rig.now().local;
    const boost::json::object visit{
        {"visitor", "林晓梅"}, {"from", format_local(from)}, {"until", format_local(from + std::chrono::hours(3))}};
    const auto booked = rig.admin.post("/v1/visits", {{"scope", "main"}, {"visit", visit}});
    REQUIRE_MESSAGE(booked.status == 201, booked.body);
    const auto id = changed(booked, 0);
    const auto own = changed(booked, 1);
    const auto put = [&](const Client& client, std::int64_t visit_id, boost::json::value permit) {
        auto value = visit;
        value["permit"] = std::move(permit);
        const boost::json::object one{{"kind", "visit"}, {"id", visit_id}, {"scope", "main"}, {"value", value}};
        return client.post("/v1/commits", {{"changes", boost::json::array{{{"put", one}}}}});
    };
    for (const auto role : all_roles()) {
        const auto client = rig.admin_door(rig.user_with(std::string(to_string(role))));
        const bool may = allows(role, Operation::book_visits);
        for (const auto at : {std::int64_t{0}, id}) {
            const auto heard = put(client, at, issued);
            CHECK_MESSAGE(heard.status == (may ? 422 : 403), to_string(role) << ": " << heard.body);
            if (may) CHECK(heard.body.find("/changes/0/put/value/permit") != std::string::npos);
        }
        CHECK(put(client, 0, own).status == (may ? 422 : 403));
        CHECK(put(client, id, own).status == (may ? 200 : 403));
        CHECK(put(client, id, nullptr).status == (may ? 200 : 403));
    }
    const auto state_of = [&](std::int64_t permit) { return state_at(rig, fmt::format("/v1/permits/{}", permit)); };
    CHECK(rig.admin.post(fmt::format("/v1/visits/{}/cancel", id), {}).status == 200);
    CHECK(state_of(own) == "cancelled");
    CHECK(state_of(issued) == "active");
}

TEST_CASE("a visit whose permit is no visitor's any more cancels nobody's permit") {
    Rig rig;
    const auto from = rig.now().local;
    const auto booked = rig.admin.post("/v1/visits", {{"scope", "main"},
                                                      {"visit",
                                                       {{"visitor", "林晓梅"},
                                                        {"from", format_local(from)},
                                                        {"until", format_local(from + std::chrono::hours(3))}}}});
    REQUIRE_MESSAGE(booked.status == 201, booked.body);
    const auto cancel = fmt::format("/v1/visits/{}/cancel", changed(booked, 0));
    const auto permit = fmt::format("/v1/permits/{}", changed(booked, 1));
    REQUIRE(rig.admin.patch(permit, {{"permit", {{"class", "temporary"}}}}).status == 200);
    CHECK(rig.admin.post(cancel, {}).status == 409);
    CHECK(state_at(rig, permit) == "active");
    CHECK(rig.admin.post(permit + "/cancel", {}).status == 200);
    CHECK(rig.admin.post(cancel, {}).status == 200);
}

TEST_CASE("without a session, or with one that is none, nothing but what is open is answered") {
    Rig rig;
    const auto nobody = rig.admin_door();
    const auto liar = rig.admin_door(std::string(64, 'a'));
    const auto gate = rig.gate_door();
    std::set<std::string> open;
    for (const auto& route : routes()) {
        if (route.access == Access::anybody) {
            open.insert(fmt::format("{}{} {}", route.door == Door::gate ? "gate " : "", route.method, route.path));
            continue;
        }
        if (route.door == Door::gate) {
            CHECK_MESSAGE(ask(gate, route).status == 401, what(route, "no gate"));
        } else {
            CHECK_MESSAGE(ask(nobody, route).status == 401, what(route, "nobody"));
            CHECK_MESSAGE(ask(liar, route).status == 401, what(route, "a liar"));
        }
    }
    CHECK(open == std::set<std::string>{"GET /v1/openapi.json", "GET /v1/keys", "GET /v1/health", "POST /v1/session",
                                        "POST /v1/totp-secrets", "POST /v1/enlistments", "gate GET /v1/openapi.json",
                                        "gate GET /v1/keys", "gate GET /v1/health", "gate POST /v1/enroll"});
}

TEST_CASE("every operation of the roles' table has a route, and every admin route an operation or a reason") {
    std::set<Operation> served;
    for (const auto& route : routes()) {
        if (route.operation) served.insert(*route.operation);
        CHECK_MESSAGE((route.access == Access::operation) == route.operation.has_value(), what(route, "anybody"));
        CHECK_MESSAGE((route.where == Where::loop) == (route.wait != nullptr), what(route, "anybody"));
        CHECK_MESSAGE((route.where != Where::loop) == (route.run != nullptr), what(route, "anybody"));
    }
    for (const auto operation : all_operations()) {
        if (operation == Operation::change_structure) continue;  // by POST /v1/commits
        CHECK_MESSAGE(served.contains(operation), to_string(operation));
    }
}

TEST_CASE("the OpenAPI document describes every route of its door, and nothing else") {
    Rig rig;
    for (const auto door : {Door::admin, Door::gate}) {
        const auto heard = (door == Door::admin ? rig.admin_door() : rig.gate_door()).get("/v1/openapi.json");
        REQUIRE(heard.status == 200);
        CHECK(heard.text("openapi") == "3.1.0");
        std::set<std::string> described, served, ids;
        const auto document = heard.json();
        for (const auto& [path, methods] : document.at("paths").as_object()) {
            for (const auto& [method, operation] : methods.as_object()) {
                described.insert(fmt::format("{} {}", std::string_view(method), std::string_view(path)));
                CHECK(ids.insert(std::string(operation.at("operationId").as_string())).second);
                CHECK(!operation.at("summary").as_string().empty());
            }
        }
        for (const auto& route : routes()) {
            std::string method(route.method);
            for (char& c : method) c = static_cast<char>(c + 32);
            if (route.door == door) served.insert(fmt::format("{} {}", method, route.path));
        }
        CHECK(described == served);
    }
}

}  // namespace menshen::registry::server::test
