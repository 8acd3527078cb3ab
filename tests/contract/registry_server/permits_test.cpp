// What people come to the office for, over the wire.
#include <boost/json/serialize.hpp>

#include "rig.hpp"

namespace menshen::registry::server::test {

namespace {

boost::json::array items(const Heard& heard) {
    return heard.json().at("items").as_array();
}

}  // namespace

TEST_CASE("a permit through its life: issued, found, changed under its version, its plate replaced, cancelled") {
    Rig rig;
    const auto& admin = rig.admin;
    const auto id = std::to_string(rig.issue("浙A12345"));
    const auto shown = admin.get("/v1/permits/" + id);
    CHECK(shown.fields.at("etag") == "\"1\"");
    CHECK(items(admin.get("/v1/permits?words=A12345")).size() == 1);
    CHECK(items(admin.get("/v1/permits?words=A99999")).empty());
    const boost::json::object change{{"permit", {{"phone", "0571"}, {"valid_until", "2099-01-01T00:00:00"}}}};
    CHECK(admin.patch("/v1/permits/" + id, change, {"If-Match: \"1\""}).status == 200);
    const auto stale = admin.patch("/v1/permits/" + id, change, {"If-Match: \"1\""});
    CHECK(stale.status == 412);
    CHECK(admin.patch("/v1/permits/" + id, change, {"If-Match: nonsense"}).status == 412);
    const auto credential = shown.json().at("credentials").as_array().at(0).as_object().at("id").as_int64();
    CHECK(admin
              .post("/v1/permits/" + id + "/replace",
                    {{"credential", credential}, {"by", {{"kind", "plate"}, {"value", "浙B54321"}}}})
              .status == 200);
    CHECK(items(admin.get("/v1/permits?words=B54321")).size() == 1);
    CHECK(items(admin.get("/v1/permits/expiring?days=3660")).empty());
    CHECK(admin.post("/v1/permits/" + id + "/cancel", {{"why", "moved away"}}).status == 200);
    CHECK(items(admin.get("/v1/permits?state=cancelled")).size() == 1);
    const auto audit = admin.get("/v1/audit?subject=" + id);
    CHECK(items(audit).size() >= 4);
    CHECK(items(audit)[0].as_object().at("body_hash").as_string().size() == 64);
    CHECK(admin.get("/v1/audit/proof").json().at("whole").as_bool());
}

TEST_CASE("what is wrong is said field by field") {
    Rig rig;
    auto wanted = rig.permit_wanted("no plate at all");
    wanted["permit"] = {{"holdr", "x"}};
    wanted["colour"] = "red";
    const auto heard = rig.admin.post("/v1/permits", wanted);
    CHECK(heard.status == 422);
    CHECK(heard.fields.at("content-type") == "application/problem+json");
    std::string pointers;
    const auto told = heard.json();
    for (const auto& error : told.at("errors").as_array()) {
        pointers += std::string(error.as_object().at("pointer").as_string()) + " ";
    }
    CHECK(pointers.find("/permit/holdr") != std::string::npos);
    CHECK(pointers.find("/colour") != std::string::npos);
    const auto plate = rig.admin.post("/v1/permits", rig.permit_wanted("no plate at all"));
    CHECK(plate.status == 422);
    CHECK(boost::json::serialize(plate.json().at("errors")).find("/credentials/0") != std::string::npos);
    CHECK(rig.admin.ask("POST", "/v1/permits", "{\"scope\":").status == 422);
    CHECK(rig.admin.ask("POST", "/v1/permits", "[]").status == 422);
    CHECK(rig.admin.get("/v1/permits?limit=0").status == 422);
    CHECK(rig.admin.get("/v1/permits/none").status == 404);
    CHECK(rig.admin.get("/v1/permits/999999").status == 404);
}

TEST_CASE("a request that is repeated under its key happens once") {
    Rig rig;
    const auto wanted = rig.permit_wanted("浙A12345");
    const auto first = rig.admin.post("/v1/permits", wanted, {"Idempotency-Key: 42"});
    const auto second = rig.admin.post("/v1/permits", wanted, {"Idempotency-Key: 42"});
    CHECK(first.status == 201);
    CHECK(second.status == 201);
    CHECK(second.json().at("repeated").as_bool());
    CHECK(second.json().at("changed") == first.json().at("changed"));
    CHECK(rig.admin.post("/v1/permits", rig.permit_wanted("浙A54321"), {"Idempotency-Key: 42"}).status == 409);
}

TEST_CASE("visits and blocks") {
    Rig rig;
    const auto& admin = rig.admin;
    const auto day = format_date(date_of(rig.now().local) + std::chrono::days(1));
    const auto visit = admin.post("/v1/visits", {{"scope", "main"},
                                                 {"visit",
                                                  {{"visitor", "王五"},
                                                   {"plates", boost::json::array{"苏A88888"}},
                                                   {"from", day + "T08:00:00"},
                                                   {"until", day + "T12:00:00"}}}});
    REQUIRE_MESSAGE(visit.status == 201, visit.body);
    const auto id = visit.json().at("changed").as_array().at(0).as_object().at("id").as_int64();
    CHECK(items(admin.get("/v1/visits?state=booked")).size() == 1);
    CHECK(admin.post("/v1/visits/" + std::to_string(id) + "/cancel", {}).status == 200);
    CHECK(items(admin.get("/v1/visits?state=booked")).empty());
    const auto block =
        admin.post("/v1/blocks", {{"scope", "common"}, {"block", {{"plate", "苏A88888"}, {"reason", "stolen"}}}});
    REQUIRE_MESSAGE(block.status == 201, block.body);
    const auto block_id = block.json().at("changed").as_array().at(0).as_object().at("id").as_int64();
    CHECK(admin.post("/v1/permits", rig.permit_wanted("苏A88888")).status == 422);
    CHECK(admin.ask("DELETE", "/v1/blocks/" + std::to_string(block_id)).status == 200);
    CHECK(admin.post("/v1/permits", rig.permit_wanted("苏A88888")).status == 201);
}

TEST_CASE("an import is tried before it is done") {
    Rig rig;
    const auto rows = [](const char* second) {
        return boost::json::object{{"scope", "main"},
                                   {"dry_run", true},
                                   {"rows", boost::json::array{{{"line", 2}, {"plate", "浙A11111"}, {"holder", "甲"}},
                                                               {{"line", 3}, {"plate", second}, {"class", "staff"}}}}};
    };
    const auto bad = rig.admin.post("/v1/imports", rows("浙A11111"));
    CHECK_MESSAGE(bad.status == 200, bad.body);
    CHECK(bad.number("errors") == 1);
    const auto good = rig.admin.post("/v1/imports", rows("浙A22222"));
    CHECK(good.number("added") == 2);
    CHECK(items(rig.admin.get("/v1/permits")).empty());
    auto real = rows("浙A22222");
    real["dry_run"] = false;
    CHECK(rig.admin.post("/v1/imports", real).status == 200);
    CHECK(items(rig.admin.get("/v1/permits")).size() == 2);
    CHECK(items(rig.admin.get("/v1/permits?class=staff")).size() == 1);
}

}  // namespace menshen::registry::server::test
