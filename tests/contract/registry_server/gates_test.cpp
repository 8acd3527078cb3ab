// Which gate is let in: codes, certificates that end, revocation at once, and nobody at another's things (I22).
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "bundle/key_file.hpp"
#include "bundle/key_set.hpp"
#include "registry/data_folder.hpp"
#include "rig.hpp"
#include "store/database.hpp"

namespace menshen::registry::server::test {

namespace {

boost::json::object poll_of(const std::string& scope, const std::string& at = "0:0", int wait = 0) {
    return {{"scopes", {{scope, at}}}, {"wait", wait}, {"version", "test"}};
}

boost::json::object enrolment(const std::string& code, const std::string& csr) {
    const auto secret = bundle::SecretKey::generate().value();
    return {{"code", code}, {"csr", csr}, {"event_key", bundle::public_key_text({"north-1", secret.public_key()})}};
}

}  // namespace

TEST_CASE("a code enrols one gate once; what is no request does not use it up") {
    Rig rig;
    const auto added = rig.admin.post("/v1/gates", rig.gate_wanted("north"));
    REQUIRE(added.status == 201);
    CHECK(added.text("authority_sha256").size() == 64);
    const auto door_at = rig.gate_address();
    CHECK(door_at.ends_with(
        fmt::format(":{}", added.number("gate_port"))));  // the one that was had, not the one asked for
    const auto door = rig.gate_door();
    const auto request = make_request();
    CHECK(door.post("/v1/enroll", enrolment("AAAAA-AAAAA-AAAAA-AAAAA", request.csr)).status == 403);
    CHECK(door.post("/v1/enroll", enrolment(added.text("code"), "no request")).status == 422);
    CHECK(door.post("/v1/enroll", {{"code", added.text("code")}}).status == 422);
    const auto enrolled = door.post("/v1/enroll", enrolment(added.text("code"), request.csr));
    REQUIRE_MESSAGE(enrolled.status == 201, enrolled.body);
    CHECK(enrolled.json().at("scopes") == boost::json::array{"main", "common"});
    const auto root = bundle::parse_public_key(enrolled.text("root")).value();
    const auto keys = bundle::parse_signed(bundle::DocumentType::keys, enrolled.text("keys")).value();
    CHECK(bundle::judge_key_set(keys, std::array{root}, {}).finding == bundle::Finding::accept);
    CHECK(door.post("/v1/enroll", enrolment(added.text("code"), make_request().csr)).status == 403);
    CHECK(door.post("/v1/enroll", enrolment(added.text("code"), request.csr)).status == 201);  // the answer was lost
    // a newer code ends the one before
    const auto id = std::to_string(enrolled.number("id"));
    const auto first = rig.admin.post("/v1/gates/" + id + "/code", {}).text("code");
    const auto second = rig.admin.post("/v1/gates/" + id + "/code", {}).text("code");
    CHECK(door.post("/v1/enroll", enrolment(first, make_request().csr)).status == 403);
    // and a new enrolment the identity before: the old key is nobody's
    const auto old = rig.gate_door({enrolled.text("certificate"), request.key});
    CHECK(old.post("/v1/poll", poll_of("main")).status == 409);
    CHECK(door.post("/v1/enroll", enrolment(second, make_request().csr)).status == 201);
    CHECK(old.post("/v1/poll", poll_of("main")).status == 403);
}

TEST_CASE("without a certificate of ours there is nothing at the gates' door") {
    Rig rig;
    CHECK(rig.gate_door().post("/v1/poll", poll_of("main")).status == 401);
    CHECK(rig.gate_door().get("/v1/scopes/main/snapshot").status == 401);
    Rig other;
    const auto foreign = other.enrol("north");
    CHECK(rig.gate_door(foreign.shown).post("/v1/poll", poll_of("main")).status == 0);  // TLS itself refuses
    const auto gate = rig.enrol("north");
    CHECK(gate.client->post("/v1/poll", poll_of("main")).status == 409);
    CHECK(gate.client->get("/v1/permits").status == 404);  // that is the other door's
    CHECK(rig.admin.post("/v1/poll", poll_of("main")).status == 404);
}

TEST_CASE("I22: gate A can neither read nor write what is B's") {
    Rig rig;
    REQUIRE(rig.admin.post("/v1/scopes", {{"name", "other"}, {"title", "Other"}}).status == 201);
    const auto a = rig.enrol("north", "main");
    const auto b = rig.enrol("north", "other");
    rig.issue("浙A12345", "other");
    CHECK(a.client->post("/v1/poll", poll_of("other")).status == 403);
    CHECK(a.client->get("/v1/scopes/other/changes?since=0:0").status == 403);
    CHECK(a.client->get("/v1/scopes/other/snapshot").status == 403);
    const auto manifest = b.client->get("/v1/scopes/other/snapshot");
    REQUIRE(manifest.status == 200);
    const auto document =
        bundle::parse_signed(bundle::DocumentType::manifest, manifest.body.substr(0, manifest.body.size() - 1))
            .value()
            .document;
    const auto sha = boost::json::parse(document).at("sha256").as_string();
    CHECK(b.client->get("/v1/blobs/" + std::string(sha)).status == 200);
    CHECK(a.client->get("/v1/blobs/" + std::string(sha)).status == 404);
    const auto c = rig.enrol("south", "main");
    CHECK(a.client->ask("POST", "/v1/gates/south/events", "x\n").status == 403);
    CHECK(a.client->get("/v1/gates/south/missing-evidence").status == 403);
    CHECK(c.client->get("/v1/gates/south/missing-evidence").status == 200);
}

TEST_CASE("a revoked gate is refused at once, also on a connection that it has open") {
    Rig rig;
    const auto gate = rig.enrol("north");
    REQUIRE(gate.client->post("/v1/poll", poll_of("main")).status == 409);
    const auto head = rig.admin.get("/v1/scopes").json().at("items").as_array();
    std::string at;
    for (const auto& scope : head) {
        if (scope.at("name").as_string() == "main") at = scope.at("head").as_string();
    }
    Heard waited;
    std::thread waiting([&] { waited = gate.client->post("/v1/poll", poll_of("main", at, 20)); });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const auto before = std::chrono::steady_clock::now();
    CHECK(rig.admin.post(fmt::format("/v1/gates/{}/revoke", gate.id), {{"why", "stolen"}}).status == 200);
    waiting.join();
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
    CHECK(waited.status != 200);
    CHECK(gate.client->post("/v1/poll", poll_of("main")).status == 403);
    CHECK(gate.client->get("/v1/scopes/main/snapshot").status == 403);
    CHECK(gate.client->post("/v1/renew", {{"csr", make_request().csr}}).status == 403);
    CHECK(rig.admin.post(fmt::format("/v1/gates/{}/code", gate.id), {}).status == 409);
    CHECK(rig.admin.post(fmt::format("/v1/gates/{}/activate", gate.id), {}).status == 200);
    CHECK(gate.client->post("/v1/poll", poll_of("main")).status == 409);
}

TEST_CASE("a revocation after which the gates cannot be read lets none in, until they can") {
    Rig rig;
    const auto gate = rig.enrol("north");
    const auto other = rig.enrol("south");
    REQUIRE(other.client->post("/v1/poll", poll_of("main")).status == 409);
    auto database = store::Database::open(DataFolder{rig.folder / "data"}.database(), {});
    REQUIRE(database);
    REQUIRE(database->execute("ALTER TABLE gate_identity RENAME TO gate_identity_gone"));
    CHECK(rig.admin.post(fmt::format("/v1/gates/{}/revoke", gate.id), {{"why", "stolen"}}).status == 200);
    CHECK(gate.client->post("/v1/poll", poll_of("main")).status == 503);
    CHECK(other.client->post("/v1/poll", poll_of("main")).status == 503);
    REQUIRE(database->execute("ALTER TABLE gate_identity_gone RENAME TO gate_identity"));
    long status = 503;
    for (int tries = 0; tries < 3'000 && status == 503; ++tries) {
        status = other.client->post("/v1/poll", poll_of("main")).status;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK(status == 409);
    CHECK(gate.client->post("/v1/poll", poll_of("main")).status == 403);
}

TEST_CASE("who enrols anew under another key cuts off the connections of the key before") {
    Rig rig;
    const auto gate = rig.enrol("north");
    std::string at;
    const auto scopes = rig.admin.get("/v1/scopes").json();
    for (const auto& scope : scopes.at("items").as_array()) {
        if (scope.at("name").as_string() == "main") at = scope.at("head").as_string();
    }
    Heard waited;
    std::thread waiting([&] { waited = gate.client->post("/v1/poll", poll_of("main", at, 20)); });
    const auto code = rig.admin.post(fmt::format("/v1/gates/{}/code", gate.id), {}).text("code");
    const auto polls = [&] { return rig.admin.get("/v1/gates").json().at("items").at(0).as_object().contains("seen"); };
    for (int tries = 0; tries < 1'000 && !polls(); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto anew = rig.enrol_by(code, "north");
    waiting.join();
    CHECK(waited.status != 200);
    CHECK(anew.client->post("/v1/poll", poll_of("main")).status == 409);
}

TEST_CASE("a certificate is renewed, also when it has ended not long ago; the key before stays good until the next") {
    Rig rig([](Config& config) {
        config.gate_certificate = std::chrono::days(1);
        config.grace = std::chrono::days(2);
    });
    const auto gate = rig.enrol("north");
    const auto next = make_request();
    const auto renewed = gate.client->post("/v1/renew", {{"csr", next.csr}});
    REQUIRE_MESSAGE(renewed.status == 200, renewed.body);
    const auto client = rig.gate_door({renewed.text("certificate"), next.key});
    CHECK(client.post("/v1/poll", poll_of("main")).status == 409);
    CHECK(gate.client->post("/v1/poll", poll_of("main")).status == 409);  // the answer may have been lost
    rig.pass(std::chrono::days(2));
    CHECK(client.post("/v1/poll", poll_of("main")).status == 403);
    const auto late = client.post("/v1/renew", {{"csr", next.csr}});
    REQUIRE_MESSAGE(late.status == 200, late.body);
    rig.pass(std::chrono::days(2));
    CHECK(client.post("/v1/renew", {{"csr", next.csr}}).status == 403);  // beyond the grace
}

TEST_CASE("a certificate that has really ended passes TLS for its renewal alone") {
    Rig rig([](Config& config) { config.gate_certificate = std::chrono::days(0); });
    rig.pass(-seconds(90));  // so that OpenSSL, too, finds that it has ended
    const auto gate = rig.enrol("north");
    CHECK(gate.client->post("/v1/poll", poll_of("main")).status == 403);
    CHECK(gate.client->post("/v1/renew", {{"csr", make_request().csr}}).status == 200);
}

TEST_CASE("administrators see how far each gate is") {
    Rig rig;
    const auto gate = rig.enrol("north");
    auto poll = poll_of("main", "5:7");
    poll["state"] = boost::json::object{{"faults", boost::json::array{"camera_lost"}}};
    REQUIRE(gate.client->post("/v1/poll", poll).status == 409);
    boost::json::object seen;
    for (int i = 0; i < 100 && !seen.contains("seen"); ++i) {
        seen = rig.admin.get("/v1/gates").json().at("items").as_array().at(0).as_object();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    REQUIRE(seen.contains("seen"));
    CHECK(seen.at("build").as_string() == "test");  // of its program
    CHECK(seen.at("version").as_int64() == 1);      // of the entity, for If-Match
    CHECK(seen.at("heads").as_array().at(0).as_object().at("head").as_string() == "5:7");
    CHECK(!seen.at("heads").as_array().at(0).as_object().at("newest").as_bool());
    CHECK(seen.at("state").as_object().contains("faults"));
    CHECK(seen.at("enrolled").is_string());
}

}  // namespace menshen::registry::server::test
