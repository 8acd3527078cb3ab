// Events and pictures on their way up: exactly once, proved, and only a gate's own.
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "bundle/key_set.hpp"
#include "gate_log.hpp"

namespace menshen::registry::server::test {

namespace {

bundle::Judged<bundle::Ack> judged(const Rig& rig, const EnrolledGate& gate, const GateLog& log, const Heard& heard) {
    auto line = rig.gate_door().get("/v1/keys").body;
    line.pop_back();
    const auto keys =
        bundle::parse_key_set(bundle::parse_signed(bundle::DocumentType::keys, line).value().document).value();
    const auto ack =
        bundle::parse_signed(bundle::DocumentType::ack, heard.body.substr(0, heard.body.size() - 1)).value();
    const auto last = static_cast<std::int64_t>(log.lines.size());
    return bundle::judge_ack(ack, keys, {gate.key, log.id, 0, last, log.chain.back()});
}

/// What the registry says of the log's pictures, judged as the gate does; none: it is not to be believed.
std::optional<std::int64_t> kept_upto(const Rig& rig, const EnrolledGate& gate, const GateLog& log) {
    auto line = rig.gate_door().get("/v1/keys").body;
    line.pop_back();
    const auto keys =
        bundle::parse_key_set(bundle::parse_signed(bundle::DocumentType::keys, line).value().document).value();
    const auto said = gate.client->get("/v1/gates/" + gate.key + "/missing-evidence?log=" + log.id);
    const auto document = bundle::parse_signed(bundle::DocumentType::evidence, said.text("evidence")).value();
    const auto last = static_cast<std::int64_t>(log.lines.size());
    const auto judged = bundle::judge_evidence_ack(document, keys, {gate.key, log.id, 0, last, {}});
    return judged.document ? std::optional(judged.document->upto) : std::nullopt;
}

}  // namespace

TEST_CASE("I9: events are taken once, in order, and acknowledged so that the gate may purge them") {
    Rig rig;
    const auto gate = rig.enrol("north");
    GateLog log('a');
    log.add("boot", R"({"build":"1"})");
    log.add("intent", R"({"plate":"浙A12345","reason":"listed"})");
    log.add("decision", R"({"input":{"claim":{"candidates":[{"plate":"浙A54321"}]}},"decision":{"plate":""}})");
    const auto heard = send(gate, log.batch(gate, 1, 3));
    REQUIRE_MESSAGE(heard.status == 200, heard.body);
    CHECK(judged(rig, gate, log, heard).finding == bundle::Finding::accept);
    CHECK(send(gate, log.batch(gate, 1, 3)).status == 200);  // the answer was lost
    log.add("passage", R"({"plate":"浙A12345"})");
    log.add("alarm", R"({"alarm":"tailgate"})");
    const auto gap = send(gate, log.batch(gate, 5, 5));
    CHECK(gap.status == 409);
    CHECK(gap.number("upto") == 3);
    CHECK(send(gate, log.batch(gate, 2, 5)).status == 200);  // partly known
    CHECK(rig.admin.get("/v1/events").json().at("items").as_array().size() == 5);
    CHECK(rig.admin.get("/v1/events?plate=%E6%B5%99A12345").json().at("items").as_array().size() == 2);
    CHECK(rig.admin.get("/v1/events?plate=%E6%B5%99A54321").json().at("items").as_array().size() == 1);
    CHECK(rig.admin.get("/v1/events?kind=alarm").json().at("items").as_array().size() == 1);
    const auto page = rig.admin.get("/v1/events?limit=2").json();
    CHECK(page.at("items").as_array().size() == 2);
    CHECK(rig.admin.get("/v1/events?limit=2&before=" + std::string(page.at("next").as_string())).status == 200);
}

TEST_CASE("a courier that alters, forges or mixes gets nothing in") {
    Rig rig;
    const auto gate = rig.enrol("north");
    const auto other = rig.enrol("south");
    GateLog log('a');
    log.add("boot", R"({"build":"1"})");
    log.add("alarm", R"({"alarm":"forced"})");
    auto altered = log.batch(gate, 1, 2);
    altered.replace(altered.find("forced"), 6, "normal");
    CHECK(send(gate, altered).status == 422);
    auto cut = log.batch(gate, 1, 2);
    CHECK(send(gate, cut.substr(0, cut.size() - log.lines[1].size())).status == 422);
    CHECK(send(gate, cut + log.lines[1]).status == 422);
    auto forged = gate.key;
    EnrolledGate liar;
    liar.key = gate.key;
    liar.events = other.events;
    CHECK(send(gate, log.batch(liar, 1, 2)).status == 422);   // the other's key
    CHECK(send(other, log.batch(gate, 1, 2)).status == 422);  // another's batch at the other's door
    CHECK(send(gate, "").status == 422);
    CHECK(send(gate, "nonsense\n").status == 422);
    CHECK(rig.admin.get("/v1/events").json().at("items").as_array().empty());
    CHECK(send(gate, log.batch(gate, 1, 2)).status == 200);
}

TEST_CASE("a cloned gate is found out") {
    Rig rig;
    const auto gate = rig.enrol("north");
    GateLog log('a');
    log.add("boot", R"({"build":"1"})");
    log.add("alarm", R"({"alarm":"forced"})");
    REQUIRE(send(gate, log.batch(gate, 1, 2)).status == 200);
    GateLog clone('a');
    clone.add("boot", R"({"build":"1"})");
    clone.add("alarm", R"({"alarm":"another"})");
    CHECK(send(gate, clone.batch(gate, 1, 2)).status == 422);
    clone.add("alarm", R"({"alarm":"third"})");
    CHECK(send(gate, clone.batch(gate, 3, 3)).status == 422);
    const auto alarms = rig.admin.get("/v1/alarms?open=true").json().at("items").as_array();
    REQUIRE(!alarms.empty());
    CHECK(alarms.at(0).as_object().at("gate").as_int64() == gate.id);
    for (const auto& alarm : alarms) {
        CHECK(rig.admin.post(fmt::format("/v1/alarms/{}/close", alarm.at("number").as_int64()), {}).status == 204);
    }
    CHECK(rig.admin.get("/v1/alarms?open=true").json().at("items").as_array().empty());
}

TEST_CASE("pictures come by their hash, only those that the gate's events name, and are shown beside them") {
    Rig rig;
    const auto gate = rig.enrol("north");
    const auto other = rig.enrol("south");
    const std::string jpeg(100'000, 'j');
    const auto sha = bundle::to_hex(bundle::sha256(jpeg));
    const auto path = "/v1/evidence/" + sha;
    CHECK(gate.client->ask("PUT", path, jpeg).status == 404);  // nobody has named it
    GateLog log('a');
    log.add("outcome",
            fmt::format(R"({{"pictures":[{{"name":"scene","sha256":"{}","bytes":{}}}]}})", sha, jpeg.size()));
    REQUIRE(send(gate, log.batch(gate, 1, 1)).status == 200);
    CHECK(gate.client->get("/v1/gates/north/missing-evidence").json().at("items").as_array().size() == 1);
    CHECK(kept_upto(rig, gate, log) == 0);
    CHECK(other.client->ask("PUT", path, jpeg).status == 404);
    CHECK(gate.client->ask("PUT", path, jpeg.substr(1)).status == 422);
    CHECK(gate.client->ask("PUT", path, std::string(100'000, 'x')).status == 422);
    const auto shown = fmt::format("/v1/gates/{}/pictures/{}", gate.id, sha);
    CHECK(rig.admin.get(shown).status == 404);
    CHECK(gate.client->ask("PUT", path, jpeg).status == 204);
    CHECK(gate.client->ask("PUT", path, jpeg).status == 204);
    CHECK(gate.client->get("/v1/gates/north/missing-evidence").json().at("items").as_array().empty());
    CHECK(kept_upto(rig, gate, log) == 1);
    const auto picture = rig.admin.get(shown);
    CHECK(picture.status == 200);
    CHECK(picture.body == jpeg);
    CHECK(rig.admin.get(fmt::format("/v1/gates/{}/pictures/{}", other.id, sha)).status == 404);
    CHECK(gate.client->ask("PUT", path, std::string(5'000'000, 'x')).status == 413);
}

}  // namespace menshen::registry::server::test
