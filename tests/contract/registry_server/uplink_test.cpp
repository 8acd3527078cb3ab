// Events and pictures on their way up: exactly once, proved, and only a gate's own.
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <fstream>

#include "bundle/key_set.hpp"
#include "evidence.hpp"
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

/// What the registry says of the log's pictures, judged as the gate does that has seen so much.
bundle::Judged<bundle::EvidenceAck> word_on_pictures(const Rig& rig, const EnrolledGate& gate, const GateLog& log,
                                                     const bundle::EvidenceSeen& seen) {
    auto line = rig.gate_door().get("/v1/keys").body;
    line.pop_back();
    const auto keys =
        bundle::parse_key_set(bundle::parse_signed(bundle::DocumentType::keys, line).value().document).value();
    const auto said = gate.client->get("/v1/gates/" + gate.key + "/missing-evidence?log=" + log.id);
    const auto document = bundle::parse_signed(bundle::DocumentType::evidence, said.text("evidence")).value();
    const auto last = static_cast<std::int64_t>(log.lines.size());
    return bundle::judge_evidence_ack(document, keys, {gate.key, log.id, 0, last, {}}, seen);
}

/// None: it is not to be believed.
std::optional<std::int64_t> kept_upto(const Rig& rig, const EnrolledGate& gate, const GateLog& log) {
    const auto judged = word_on_pictures(rig, gate, log, {});
    return judged.document ? std::optional(judged.document->upto) : std::nullopt;
}

std::string naming(const std::string& sha256, std::size_t bytes, const std::string& name = "scene") {
    return fmt::format(R"({{"pictures":[{{"name":"{}","sha256":"{}","bytes":{}}}]}})", name, sha256, bytes);
}

std::string text_in(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
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

TEST_CASE("a picture that the gate has no more holds nothing up, and is shown as gone") {
    Rig rig;
    const auto gate = rig.enrol("north");
    const std::string jpeg(1'000, 'j');
    const auto sha = bundle::to_hex(bundle::sha256(jpeg));
    const std::string lost(64, 'a');
    GateLog log('a');
    log.add("outcome", naming(lost, 4'711));
    log.add("outcome", naming(sha, jpeg.size()));
    log.add("pictures_dropped",
            fmt::format(R"({{"count":2,"bytes":1,"why":"missing","sha256":["{}","{}"]}})", lost, std::string(64, 'e')));
    REQUIRE(send(gate, log.batch(gate, 1, 2)).status == 200);
    REQUIRE(gate.client->ask("PUT", "/v1/evidence/" + sha, jpeg).status == 204);
    CHECK(kept_upto(rig, gate, log) == 0);
    CHECK(rig.admin.get("/v1/events").json().at("items").at(1).at("pictures").at(0).at("gone") == false);
    REQUIRE(send(gate, log.batch(gate, 3, 3)).status == 200);
    CHECK(kept_upto(rig, gate, log) == 3);
    CHECK(gate.client->get("/v1/gates/north/missing-evidence").json().at("items").as_array().empty());
    const auto events = rig.admin.get("/v1/events").json().at("items");
    CHECK(events.at(1).at("pictures").at(0).at("gone") == false);
    CHECK(events.at(2).at("pictures").at(0).at("gone") == true);
}

TEST_CASE("pictures are not acknowledged beyond an event that was not read") {
    Rig rig;
    const auto gate = rig.enrol("north");
    const auto without_body = [&](GateLog& log, const std::string& kind) {
        bundle::EventRecord event;
        event.utc = log.utc;
        event.kind = kind;
        log.add(event);
    };
    const std::string jpeg = "12345";
    const auto sha = bundle::to_hex(bundle::sha256(jpeg));
    GateLog log('a');
    SUBCASE("its body did not come") {
        without_body(log, "decision");  // names none, ever
        without_body(log, "outcome");
    }
    SUBCASE("a newer gate's") {
        without_body(log, "pictures_dropped");
        without_body(log, "something_new");
    }
    SUBCASE("it names a picture that no gate of ours writes: its name") {
        log.add("boot", "{}");
        log.add("alarm", naming(std::string(64, 'a'), 5, std::string(65, 'n')));
    }
    SUBCASE("its size") {
        log.add("boot", "{}");
        log.add("alarm", naming(std::string(64, 'a'), 5'000'000));
    }
    SUBCASE("their number") {
        log.add("boot", "{}");
        std::string many = naming(sha, jpeg.size());
        const auto one = many.substr(many.find('[') + 1, many.find(']') - many.find('[') - 1);
        for (int i = 0; i < 64; ++i) many.insert(many.find(']'), "," + one);
        log.add("alarm", many);
    }
    log.add("boot", "{}");
    REQUIRE(send(gate, log.batch(gate, 1, 3)).status == 200);
    (void)gate.client->ask("PUT", "/v1/evidence/" + sha, jpeg);
    CHECK(gate.client->get("/v1/gates/north/missing-evidence").json().at("items").as_array().empty());
    CHECK(kept_upto(rig, gate, log) == 1);
}

TEST_CASE("a registry whose clock is set back says nothing that its gates take for a replay") {
    Rig rig;
    const auto gate = rig.enrol("north");
    GateLog log('a');
    log.utc = rig.now().utc.time_since_epoch().count();
    log.add("boot", R"({"build":"1"})");
    const auto first = send(gate, log.batch(gate, 1, 1));
    const auto ack_made = judged(rig, gate, log, first).document.value().iat;
    bundle::EvidenceSeen seen;
    const auto hear = [&](const EnrolledGate& of) {
        const auto said = word_on_pictures(rig, of, log, seen);
        CHECK(said.finding == bundle::Finding::accept);
        if (said.document) seen = {said.document->epoch, said.document->iat};
    };
    hear(gate);
    const auto before = seen.iat;
    rig.step(-std::chrono::hours(1));
    hear(gate);
    rig.pass(std::chrono::minutes(2));  // heads are signed anew meanwhile
    hear(gate);
    rig.step(-std::chrono::days(10));
    rig.stop();
    rig.start();
    EnrolledGate again;
    again.key = gate.key;
    again.events = gate.events;
    again.client = std::make_unique<Client>(rig.gate_door(gate.shown));
    hear(again);
    CHECK(seen.iat == before);
    log.add("alarm", R"({"alarm":"forced"})");
    const auto next = judged(rig, again, log, send(again, log.batch(again, 2, 2)));
    CHECK(next.finding == bundle::Finding::accept);
    CHECK(next.document->iat >= ack_made);
    // when the clock has caught up, its words are younger again
    rig.step(std::chrono::days(11));
    rig.pass(std::chrono::minutes(2));
    CHECK(wait_until([&] {
        hear(again);
        return seen.iat > before;
    }));
}

TEST_CASE("a picture is stored when its bytes are on the disk, whatever lay there under its name") {
    Rig rig;
    rig.stop();
    const DataFolder data{rig.folder.path() / "data"};
    const std::string jpeg(100'000, 'j');
    const auto sha = bundle::to_hex(bundle::sha256(jpeg));
    const auto file = evidence_file(data, sha);
    REQUIRE(keep_picture(data, sha, jpeg));
    CHECK(text_in(file) == jpeg);
    for (const auto& left : {jpeg.substr(0, 5'000), std::string(100'000, 'x'), std::string(5'000'000, 'j')}) {
        std::ofstream(file, std::ios::binary) << left;
        REQUIRE(keep_picture(data, sha, jpeg));
        CHECK(text_in(file) == jpeg);
    }
    // a crash before its name was given, and the next start
    const auto unfinished = data.evidence() / "unfinished.coming";
    std::ofstream(unfinished, std::ios::binary) << jpeg.substr(0, 70);
    std::filesystem::remove(file);
    REQUIRE(keep_picture(data, sha, jpeg));
    CHECK(text_in(file) == jpeg);
    CHECK_FALSE(std::filesystem::exists(unfinished));
    std::ofstream(unfinished, std::ios::binary) << "half";
    rig.start();
    CHECK_FALSE(std::filesystem::exists(unfinished));
    rig.stop();
    std::filesystem::remove_all(data.evidence());
    std::ofstream(data.evidence()) << "no folder";
    CHECK(keep_picture(data, sha, jpeg).error().code == Errc::io);
    std::filesystem::remove(data.evidence());
    rig.start();
}

}  // namespace menshen::registry::server::test
