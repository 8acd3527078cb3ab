// What the console needs of the server: its files, and what pages ask for beside what tools do.
#include <fmt/format.h>

#include "bundle/hash.hpp"
#include "gate_log.hpp"
#include "tables/xlsx.hpp"

namespace menshen::registry::server::test {

namespace {

boost::json::array items_of(const Heard& heard) {
    return heard.json().at("items").as_array();
}

}  // namespace

TEST_CASE("the console's pages are served without a session, with a policy that allows no inline script") {
    const Rig rig;
    const auto page = rig.admin_door().get("/");
    CHECK(page.status == 200);
    CHECK(page.fields.at("content-type") == "text/html; charset=utf-8");
    CHECK(page.fields.at("cache-control") == "no-cache");
    CHECK(page.body.find("<!doctype html>") == 0);
    for (const auto& answer : {page, rig.admin_door().get("/v1/permits"), rig.admin_door().get("/nothing")}) {
        const auto& policy = answer.fields.at("content-security-policy");
        CHECK(policy.find("default-src 'none'") != std::string::npos);
        CHECK(policy.find("unsafe") == std::string::npos);
        CHECK(answer.fields.at("x-content-type-options") == "nosniff");
    }
    CHECK(rig.admin_door().get("/nothing").status == 404);
    CHECK(rig.admin_door().get("/../index.html").status == 404);
    CHECK(rig.admin_door().ask("POST", "/").status == 404);
    CHECK(rig.gate_door().get("/").status == 404);
}

TEST_CASE("a locked user is told for how long") {
    Rig rig;
    const auto door = rig.admin_door();
    const auto attempt = [&] {
        return door.post("/v1/session", {{"name", "chief"}, {"password", "wrong, wrong"}, {"code", "123456"}});
    };
    for (int i = 0; i < 5; ++i) CHECK(attempt().status == 401);
    const auto locked = attempt();
    CHECK(locked.status == 429);
    CHECK(locked.text("type") == "urn:menshen:problem:locked");
    const auto wait = std::stoi(locked.fields.at("retry-after"));
    CHECK(wait > 0);
    CHECK(wait <= 30);
    rig.pass(seconds(wait));
    CHECK(attempt().status == 401);
}

TEST_CASE("names of classes and reasons come from the gates' own tables") {
    Rig rig;
    const auto words = rig.admin.get("/v1/words").json();
    CHECK(words.at("classes").as_array().size() == all_permit_classes().size());
    CHECK(words.at("classes").at(1).at("zh").as_string() == "停车证");
    CHECK(words.at("reasons").as_array().size() > 30);
    CHECK(rig.admin_door().get("/v1/words").status == 401);
}

TEST_CASE("a permit's history has its plates, also those that went") {
    Rig rig;
    const auto id = rig.issue("浙A12345");
    const auto path = fmt::format("/v1/permits/{}", id);
    const auto credential = [&] { return rig.admin.get(path).json().at("credentials").at(0).at("id").as_int64(); };
    CHECK(rig.admin.get(path).json().at("holder").as_string() == "张三");
    for (const auto* plate : {"浙A23456", "浙A34567"}) {
        const auto replaced = rig.admin.post(
            path + "/replace", {{"credential", credential()}, {"by", {{"kind", "plate"}, {"value", plate}}}});
        REQUIRE_MESSAGE(replaced.status == 200, replaced.body);
    }
    CHECK(rig.admin.patch(path, {{"permit", {{"holder", "李四"}}}, {"why", "a slip"}}).status == 200);
    CHECK(rig.admin.post(path + "/cancel", {{"why", "retired"}}).status == 200);
    const auto other = rig.issue("浙B12345");
    const auto history = rig.admin.get(path + "/history");
    REQUIRE(history.status == 200);
    for (const auto* expected : {"浙A12345", "浙A23456", "浙A34567", "李四", "a slip", "retired"}) {
        CHECK_MESSAGE(history.body.find(expected) != std::string::npos, expected);
    }
    CHECK(history.body.find("浙B12345") == std::string::npos);
    CHECK(items_of(history).at(0).at("action").as_string() == "permit.cancel");
    const auto issuer = rig.admin_door(rig.user_with("issuer"));
    CHECK(issuer.get(fmt::format("/v1/permits/{}/history", other)).status == 200);
    CHECK(rig.admin.get("/v1/permits/999999/history").status == 404);
    const auto elsewhere = rig.admin.post("/v1/scopes", {{"name", "south"}, {"title", "South"}});
    REQUIRE(elsewhere.status == 201);
    CHECK(rig.admin_door(rig.user_with("issuer", "south")).get(path + "/history").status == 403);
}

TEST_CASE("visitors' permits are no news: a list without them, and nothing of them among what ends soon") {
    Rig rig;
    rig.issue("浙A12345");
    const auto local = rig.now().local;
    const auto booked = rig.admin.post("/v1/visits", {{"scope", "main"},
                                                      {"visit",
                                                       {{"visitor", "林晓梅"},
                                                        {"plates", boost::json::array{"粤B0D8Q2"}},
                                                        {"from", format_local(local)},
                                                        {"until", format_local(local + std::chrono::hours(3))}}}});
    REQUIRE_MESSAGE(booked.status == 201, booked.body);
    CHECK(items_of(rig.admin.get("/v1/permits")).size() == 2);
    CHECK(items_of(rig.admin.get("/v1/permits?lasting=true")).size() == 1);
    CHECK(items_of(rig.admin.get("/v1/permits?class=visitor")).size() == 1);
    CHECK(items_of(rig.admin.get("/v1/permits/expiring?days=30")).empty());
    CHECK(items_of(rig.admin.get("/v1/permits/expiring?days=30&class=visitor")).size() == 1);
}

TEST_CASE("a table as people save it: looked at without a change, findings by line, then all or none") {
    Rig rig;
    const std::string table =
        "\xEF\xBB\xBF停车证名单,,\n车牌号,姓名,有效期至\n浙A12345,张三,2099-12-31\n浙A1234,李四,\n浙A12345,王五,"
        "\n浙A54321,赵六,2099/1/5\n";
    const auto send = [&](const std::string& query) {
        return rig.admin.ask("POST", "/v1/imports/table?scope=main" + query, table,
                             {"Content-Type: application/octet-stream"});
    };
    const auto dry = send("&dry_run=true");
    REQUIRE_MESSAGE(dry.status == 200, dry.body);
    CHECK(dry.number("errors") == 2);
    CHECK(dry.number("added") == 2);
    CHECK(dry.json().at("problems").at(0).at("line").as_int64() == 4);
    CHECK(dry.json().at("problems").at(1).at("kind").as_string() == "duplicate");
    CHECK(send("").status == 422);
    CHECK(items_of(rig.admin.get("/v1/permits")).empty());
    const auto done = send("&skip_bad=true&why=yearly");
    REQUIRE_MESSAGE(done.status == 200, done.body);
    CHECK(done.number("added") == 2);
    CHECK(items_of(rig.admin.get("/v1/permits")).size() == 2);
    CHECK(send("&skip_bad=true").number("unchanged") == 2);
    const auto book = tables::to_xlsx({{"车牌号", "姓名"}, {"浙A12345", "张三"}, {"浙A99999", "钱七"}});
    REQUIRE(book);
    const auto of_book =
        rig.admin.ask("POST", "/v1/imports/table?scope=main", *book, {"Content-Type: application/octet-stream"});
    REQUIRE_MESSAGE(of_book.status == 200, of_book.body);
    CHECK(of_book.number("added") == 1);
    CHECK(items_of(rig.admin.get("/v1/permits")).size() == 3);
    CHECK(rig.admin.ask("POST", "/v1/imports/table", table).status == 422);
    CHECK(rig.admin.ask("POST", "/v1/imports/table?scope=main", "no table").status == 422);
    CHECK(rig.admin.ask("POST", "/v1/imports/table?scope=main", "PK\x03\x04").status == 422);
}

TEST_CASE(
    "an event is shown with all that its gate wrote of the same car; a gate with its last event and certificate") {
    Rig rig;
    const auto gate = rig.enrol("north");
    GateLog log('a');
    const std::string jpeg(1'000, 'j');
    const auto write = [&](const char* kind, std::int64_t arrival, const std::string& body) {
        bundle::EventRecord event;
        event.utc = 1'790'000'000'000;
        event.kind = kind;
        event.lane = "in";
        event.arrival = arrival;
        event.body = body;
        log.add(std::move(event));
    };
    write("decision", 7, R"({"decision":{"plate":"浙A12345","verdict":"grant","reason":"permit_valid"}})");
    write("decision", 8, R"({"decision":{"plate":"浙B12345","verdict":"deny","reason":"expired"}})");
    write("boot", 0, "{}");
    write("boot", 0, "{}");
    write("outcome", 7,
          fmt::format(R"({{"outcome":"opened","pictures":[{{"name":"scene","sha256":"{}","bytes":1000}}]}})",
                      bundle::to_hex(bundle::sha256(jpeg))));
    REQUIRE(send(gate, log.batch(gate, 1, 5)).status == 200);
    const auto events = items_of(rig.admin.get("/v1/events"));
    const auto number = [&](std::size_t at) { return events.at(at).at("number").as_int64(); };
    const auto shown = rig.admin.get(fmt::format("/v1/events/{}", number(4)));
    REQUIRE(shown.status == 200);
    CHECK(shown.json().at("kind").as_string() == "decision");
    const auto car = shown.json().at("car").as_array();
    REQUIRE(car.size() == 2);
    CHECK(car.at(1).at("pictures").as_array().size() == 1);
    CHECK(rig.admin.get(fmt::format("/v1/events/{}", number(1))).json().at("car").as_array().size() == 1);
    CHECK(rig.admin.get("/v1/events/999999").status == 404);
    REQUIRE(rig.admin.post("/v1/scopes", {{"name", "south"}, {"title", "South"}}).status == 201);
    const auto elsewhere = rig.admin_door(rig.user_with("security", "south"));
    CHECK(elsewhere.get(fmt::format("/v1/events/{}", number(4))).status == 403);
    const auto one = items_of(rig.admin.get("/v1/gates")).at(0);
    CHECK(one.at("last_event").at("kind").as_string() == "outcome");
    CHECK(one.at("certificate_until").is_string());
    CHECK(one.at("version").is_int64());
}

TEST_CASE("a gate that is behind is shown with since when") {
    Rig rig;
    const auto gate = rig.enrol("north");
    const auto head = [&](const char* scope) {
        for (const auto& each : items_of(rig.admin.get("/v1/scopes"))) {
            if (each.at("name").as_string() == scope) return std::string(each.at("head").as_string());
        }
        return std::string();
    };
    const auto before = head("main");
    const auto poll = [&](const std::string& at) {
        return gate.client->post("/v1/poll", {{"scopes", {{"main", at}}}, {"wait", 0}, {"version", "1"}}).status;
    };
    const auto shown = [&] { return items_of(rig.admin.get("/v1/gates")).at(0).at("heads").at(0).as_object(); };
    const auto noted = [&](const std::string& at) {
        for (int tries = 0; tries < 500; ++tries) {
            const auto gates = items_of(rig.admin.get("/v1/gates"));
            const auto* heads = gates.at(0).as_object().if_contains("heads");
            if (heads != nullptr && heads->at(0).at("head").as_string() == at) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    };
    REQUIRE(poll(before) == 200);
    REQUIRE(noted(before));
    CHECK(shown().at("newest").as_bool());
    CHECK(shown().at("behind_since").is_null());
    rig.issue("浙A12345");
    CHECK(!shown().at("newest").as_bool());
    CHECK(shown().at("behind_since").is_string());
    const auto now = head("main");
    REQUIRE(poll(now) == 200);
    REQUIRE(noted(now));
    CHECK(shown().at("newest").as_bool());
}

}  // namespace menshen::registry::server::test
