// Changes of any kind in one transaction.
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "rig.hpp"

namespace menshen::registry::server::test {

namespace {

boost::json::object put(const char* kind, boost::json::object value, std::int64_t id = 0) {
    return {{"put", {{"kind", kind}, {"id", id}, {"scope", "main"}, {"value", std::move(value)}}}};
}

boost::json::object set_of(boost::json::array changes) {
    return {{"changes", std::move(changes)}};
}

}  // namespace

TEST_CASE("changes that refer to each other are made together; If-Match holds the head they were made for") {
    Rig rig;
    const auto both = set_of({put("zone", {{"key", "yard"}, {"name", "Yard"}}, -1),
                              put("access_point", {{"key", "in"}, {"name", "In"}, {"zone", -1}})});
    const auto first = rig.admin.post("/v1/commits", both);
    REQUIRE_MESSAGE(first.status == 200, first.body);
    const auto head = first.json().at("heads").as_array().at(0).as_object();
    const auto at = fmt::format("If-Match: \"main@{}\"", std::string_view(head.at("head").as_string()));
    const auto next = set_of({put("zone", {{"key", "garage"}, {"name", "Garage"}})});
    CHECK(rig.admin.post("/v1/commits", next, {at}).status == 200);
    const auto stale = set_of({put("zone", {{"key", "roof"}, {"name", "Roof"}})});
    CHECK(rig.admin.post("/v1/commits", stale, {at}).status == 412);
    CHECK(rig.admin.post("/v1/commits", stale, {"If-Match: whatever"}).status == 400);
    CHECK(rig.admin.get("/v1/zones").json().at("items").as_array().size() == 2);
}

TEST_CASE("one wrong change refuses all, and says which") {
    Rig rig;
    const auto heard = rig.admin.post("/v1/commits", set_of({put("zone", {{"key", "yard"}, {"name", "Yard"}}),
                                                             put("zone", {{"key", "not a key"}, {"name", "x"}}),
                                                             {{"remove", {{"kind", "zone"}, {"id", 999999}}}}}));
    CHECK(heard.status == 422);
    CHECK(boost::json::serialize(heard.json()).find("/changes/1/") != std::string::npos);
    CHECK(rig.admin.get("/v1/zones").json().at("items").as_array().empty());
    CHECK(rig.admin.post("/v1/commits", set_of({{{"put", 1}}, {{"take", 2}}})).status == 422);
    CHECK(rig.admin.post("/v1/commits", set_of({put("castle", {})})).status == 422);
}

TEST_CASE("each change needs its own right, also for what it takes away or touches unseen") {
    Rig rig;
    const auto zone = set_of({put("zone", {{"key", "yard"}, {"name", "Yard"}})});
    const auto unit = set_of({put("unit", {{"name", "Office"}})});
    const auto issuer = rig.admin_door(rig.user_with("issuer"));
    const auto auditor = rig.admin_door(rig.user_with("auditor"));
    CHECK(issuer.post("/v1/commits", zone).status == 403);
    CHECK(issuer.post("/v1/commits", unit).status == 200);
    CHECK(auditor.post("/v1/commits", unit).status == 403);
    const auto made = rig.admin.post("/v1/commits", zone);
    const auto id = made.json().at("changed").as_array().at(0).as_object().at("id").as_int64();
    CHECK(issuer.post("/v1/commits", set_of({{{"remove", {{"kind", "unit"}, {"id", id}}}}})).status == 403);
    CHECK(issuer.post("/v1/commits", set_of({put("unit", {{"name", "x"}}, id)})).status == 403);
    CHECK(rig.admin.get("/v1/zones").json().at("items").as_array().size() == 1);
}

}  // namespace menshen::registry::server::test
