// A registry kept for years: backed up, burnt and restored, its keys changed, what is old given away.
#include <fmt/format.h>

#include <fstream>

#include "evidence.hpp"
#include "gate_end.hpp"
#include "gate_log.hpp"
#include "tools.hpp"

namespace menshen::registry::server::test {

namespace {

namespace fs = std::filesystem;

std::string run(const Rig& rig, const std::string& arguments) {
    return said(fmt::format("cd {} && {}/menshen-registry {} 2>&1", rig.folder.path().string(), programs(), arguments));
}

bool says(const std::string& text, std::string_view words) {
    CAPTURE(text);
    CAPTURE(words);
    const bool said = text.find(words) != std::string::npos;
    CHECK(said);
    return said;
}

Heard enrol(const Rig& rig, const std::string& code, const Requested& request) {
    const auto secret = bundle::SecretKey::generate().value();
    const auto event_key = bundle::public_key_text({"late-1", secret.public_key()});
    return rig.gate_door().post("/v1/enroll", {{"code", code}, {"csr", request.csr}, {"event_key", event_key}});
}

/// A site with a gate that has its lists, sends events and a picture.
struct Kept {
    Rig rig;
    EnrolledGate gate = rig.enrol("north");
    GateLog log{'a'};
    std::string jpeg = std::string(10'000, 'j');
    std::string sha = bundle::to_hex(bundle::sha256(jpeg));
    GateEnd end{rig, gate};

    explicit Kept(std::function<void(Config&)> adjust = {}) : rig(std::move(adjust)) {
        log.utc = rig.now().utc.time_since_epoch().count();
        rig.issue("浙A00001");
        log.add("boot", R"({"build":"1"})");
        log.add("outcome",
                fmt::format(R"({{"pictures":[{{"name":"scene","sha256":"{}","bytes":{}}}]}})", sha, jpeg.size()));
        REQUIRE(send(gate, log.batch(gate, 1, 2)).status == 200);
        REQUIRE(gate.client->ask("PUT", "/v1/evidence/" + sha, jpeg).status == 204);
        take(&GateEnd::take_snapshot);
    }
    void take(bundle::Finding (GateEnd::*how)(const std::string&)) {
        for (const auto* scope : {"main", "common"}) CHECK((end.*how)(scope) == bundle::Finding::accept);
    }
    /// Everybody finds the registry again.
    void start_again() {
        rig.start();
        end.reconnect();
        gate.client = std::make_unique<Client>(rig.gate_door(gate.shown));
    }
    [[nodiscard]] Reason reason_for(const std::string& plate) {
        return end.decide({plate, "2035-06-01T10:00:00"}).reason;
    }
    [[nodiscard]] boost::json::array items(const std::string& path) {
        return rig.admin.get(path).json().at("items").as_array();
    }
    /// What the registry says of the log's pictures.
    [[nodiscard]] bundle::EvidenceAck evidence() const {
        const auto said = gate.client->get("/v1/gates/north/missing-evidence?log=" + log.id).text("evidence");
        return bundle::parse_evidence_ack(bundle::parse_signed(bundle::DocumentType::evidence, said).value().document)
            .value();
    }
    [[nodiscard]] fs::path data() const { return rig.folder / "data"; }
    [[nodiscard]] std::size_t pictures() {
        std::error_code none;
        return fs::exists(evidence_file({data()}, sha), none) ? 1 : 0;
    }
};

}  // namespace

TEST_CASE(
    "drill: backed up while it serves, lost, restored: events and lists are as they were, no gate goes back (I5, "
    "I19)") {
    Kept site;
    auto& rig = site.rig;
    const boost::json::object guest{
        {"display", "guest"}, {"roles", boost::json::array{"administrator"}}, {"scopes", boost::json::array{"*"}}};
    const auto invitation = rig.admin.post("/v1/invitations", guest).text("code");
    const auto open_code = rig.admin.post("/v1/gates", rig.gate_wanted("south")).text("code");
    const auto taken_code = rig.admin.post("/v1/gates", rig.gate_wanted("west")).text("code");
    const auto taken_by = make_request();
    REQUIRE(enrol(rig, taken_code, taken_by).status == 201);
    says(run(rig, "backup --data data --to backup"), "1 pictures; its audit of");
    says(run(rig, "backup --data data --to backup"), "not empty");
    const auto events = site.items("/v1/events");
    const auto permits = site.items("/v1/permits");
    REQUIRE(events.size() == 2);
    CHECK_FALSE(fs::exists(rig.folder.path() / "backup/signing"));

    // what comes after it, and is lost with the disk
    rig.issue("浙A00002");
    site.take(&GateEnd::take_changes);
    site.log.add("alarm", R"({"alarm":"forced"})");
    REQUIRE(send(site.gate, site.log.batch(site.gate, 3, 3)).status == 200);
    const auto evidence = site.evidence();
    CHECK(evidence.upto == 3);
    const auto seen = site.end.seen("main").at;
    auto old_head = site.gate.client->get("/v1/scopes/main/changes?since=" + bundle::to_string(seen)).body;
    old_head.pop_back();
    rig.stop();
    fs::rename(site.data(), rig.folder / "burnt");

    // the backup put in place as it is, with the old keys and without the root's word
    fs::copy(rig.folder / "backup", site.data(), fs::copy_options::recursive);
    fs::copy(rig.folder / "burnt/signing", site.data() / "signing", fs::copy_options::recursive);
    fs::create_directory(site.data() / "snapshots");
    site.start_again();
    CHECK(site.end.take_snapshot("main") == bundle::Finding::rolled_back);
    CHECK(site.reason_for("浙A00002") == Reason::permit_valid);
    rig.stop();
    fs::remove_all(site.data());

    says(run(rig, "restore --from backup --data data --root-key nowhere.key"), "nowhere.key");
    CHECK(fs::is_empty(site.data()));
    const auto told = run(rig, "restore --from backup --data data --root-key root.key");
    says(told, "Gates take their lists anew");
    says(told, "One-time codes that it had count no more; 2 were not used yet");
    site.start_again();
    CHECK(rig.try_enlist(invitation, "guest").status == 403);
    CHECK(enrol(rig, open_code, make_request()).status == 403);
    CHECK(enrol(rig, taken_code, taken_by).status == 403);  // its answer is not told again
    CHECK(rig.admin_door(rig.admin.bearer).get("/v1/events").status == 401);
    rig.admin = rig.admin_door(rig.sign_in("chief"));
    CHECK(site.items("/v1/events") == events);
    CHECK(site.items("/v1/permits") == permits);
    CHECK(rig.admin.get(fmt::format("/v1/gates/{}/pictures/{}", site.gate.id, site.sha)).body == site.jpeg);

    CHECK(site.end.take_snapshot("main") == bundle::Finding::unknown_key);
    CHECK(site.end.take_keys() == bundle::Finding::accept);
    site.take(&GateEnd::take_snapshot);
    CHECK(site.end.seen("main").at.epoch > seen.epoch);
    CHECK(site.evidence().upto == 2);  // taken back, and in the new epoch
    CHECK(site.evidence().epoch == site.end.seen("main").at.epoch);
    CHECK(evidence.epoch == seen.epoch);
    CHECK(site.reason_for("浙A00001") == Reason::permit_valid);
    CHECK(site.reason_for("浙A00002") == Reason::unknown_plate);
    CHECK(site.end.judge("main", old_head) == bundle::Finding::unknown_key);  // the lost one's word counts no more
    rig.issue("浙A00003");
    site.take(&GateEnd::take_changes);
    CHECK(site.reason_for("浙A00003") == Reason::permit_valid);

    site.log.add("alarm", R"({"alarm":"again"})");
    const auto gap = send(site.gate, site.log.batch(site.gate, 4, 4));
    CHECK(gap.status == 409);
    CHECK(gap.number("upto") == 2);
    CHECK(send(site.gate, site.log.batch(site.gate, 3, 4)).status == 200);
    CHECK(site.items("/v1/events").size() == 4);
}

TEST_CASE("a backup that is not what it was is not restored; a registry at rest is backed up, too") {
    Kept site;
    site.rig.stop();
    says(run(site.rig, "backup --data data --to backup"), "1 pictures");
    const auto file = site.rig.folder.path() / "backup/registry.db";
    SUBCASE("a byte is another") {
        std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(5000).put('!');
        says(run(site.rig, "restore --from backup --data again --root-key root.key"), "not what was backed up");
    }
    SUBCASE("it was cut off") {
        fs::remove(site.rig.folder.path() / "backup/backup.json");
        says(run(site.rig, "restore --from backup --data again --root-key root.key"), "no whole backup");
    }
    SUBCASE("another registry's root") {
        Rig other;
        const auto root = (other.folder / "root.key").string();
        says(run(site.rig, "restore --from backup --data again --root-key " + root), "is not the root key");
    }
    std::error_code none;
    CHECK((!fs::exists(site.rig.folder.path() / "again", none) || fs::is_empty(site.rig.folder.path() / "again")));
    site.start_again();
}

TEST_CASE("a registry restored from before its first user lets the first administrator in by a new code alone") {
    Rig rig({}, Chief::nobody_yet);
    says(run(rig, "backup --data data --to backup"), "0 pictures");
    rig.stop();
    fs::remove_all(rig.folder / "data");
    const auto told = run(rig, "restore --from backup --data data --root-key root.key");
    constexpr std::string_view before = "The first administrator's one-time code, good for an hour: ";
    REQUIRE(says(told, before));
    const auto code = told.substr(told.find(before) + before.size());
    rig.start();
    CHECK(rig.try_enlist(rig.made.code, "guest").status == 403);
    CHECK(rig.try_enlist(code.substr(0, code.find('\n')), "guest").status == 201);
}

TEST_CASE("rotation: the new key signs at once, who was away follows; a stolen key is dropped") {
    Kept site;
    auto& rig = site.rig;
    auto old_head =
        site.gate.client->get("/v1/scopes/main/changes?since=" + bundle::to_string(site.end.seen("main").at)).body;
    old_head.pop_back();
    says(run(rig, "rotate --data data --root-key root.key"), "Key set 2");
    rig.stop();
    site.start_again();
    rig.admin = rig.admin_door(rig.admin.bearer);
    rig.issue("浙A00002");
    CHECK(site.end.take_changes("main") == bundle::Finding::unknown_key);
    CHECK(site.end.take_keys() == bundle::Finding::accept);
    CHECK(site.end.take_keys() == bundle::Finding::repeated);
    site.take(&GateEnd::take_changes);
    CHECK(site.reason_for("浙A00002") == Reason::permit_valid);
    CHECK(site.end.judge("main", old_head) == bundle::Finding::rolled_back);  // its key counts still

    says(run(rig, "rotate --data data --root-key root.key --drop-others"), "Key set 3");
    rig.stop();
    site.start_again();
    CHECK(site.end.take_keys() == bundle::Finding::accept);
    site.take(&GateEnd::take_changes);
    CHECK(site.end.judge("main", old_head) == bundle::Finding::unknown_key);
    std::size_t secrets = 0;
    for (const auto& entry : fs::directory_iterator(site.data() / "signing"))
        secrets += entry.is_regular_file() ? 1 : 0;
    CHECK(secrets == 1);
}

TEST_CASE("R10: pictures go after ninety days, their events after a year, the audit stays") {
    Kept site;
    auto& rig = site.rig;
    CHECK(site.pictures() == 1);
    const auto audit = site.items("/v1/audit").size();
    rig.pass(std::chrono::days(89));
    rig.admin = rig.admin_door(rig.sign_in("chief"));
    CHECK(site.items("/v1/events").size() == 2);
    rig.pass(std::chrono::days(2));
    CHECK(wait_until([&] { return site.pictures() == 0; }));
    rig.admin = rig.admin_door(rig.sign_in("chief"));
    CHECK(site.items("/v1/events").size() == 2);
    CHECK(rig.admin.get(fmt::format("/v1/gates/{}/pictures/{}", site.gate.id, site.sha)).status == 404);
    rig.pass(std::chrono::days(300));
    rig.admin = rig.admin_door(rig.sign_in("chief"));
    CHECK(wait_until([&] { return site.items("/v1/events").empty(); }));
    CHECK(site.items("/v1/audit").size() > audit);
}

TEST_CASE("R10: a clock that is stepped ahead gives no picture up") {
    Kept site([](Config& config) {
        config.keep_pictures = std::chrono::days(60);
        config.gate_certificate = std::chrono::days(365);
    });
    auto& rig = site.rig;
    /// Makes a tombstone; the address whose answer tells that house-keeping has taken it away.
    const auto tombstone = [&] {
        rig.admin = rig.admin_door(rig.sign_in("chief"));
        std::string head;
        for (const auto& scope : site.items("/v1/scopes")) {
            if (scope.at("name") == "main") head = std::string(scope.at("head").as_string());
        }
        const boost::json::object block{{"scope", "main"}, {"block", {{"plate", "苏A88888"}, {"reason", "x"}}}};
        const auto added = rig.admin.post("/v1/blocks", block);
        REQUIRE(added.status == 201);
        const auto id = added.json().at("changed").at(0).at("id").as_int64();
        REQUIRE(rig.admin.ask("DELETE", fmt::format("/v1/blocks/{}", id)).status == 200);
        return "/v1/scopes/main/changes?since=" + head;
    };
    const auto is_gone = [&](const std::string& changes) {
        return wait_until([&] {
            rig.pass(std::chrono::minutes(1));  // an answer is kept until heads are signed anew
            return site.gate.client->get(changes).status == 410;
        });
    };
    auto changes = tombstone();
    rig.step(std::chrono::days(61));
    rig.pass(std::chrono::minutes(3));
    REQUIRE(is_gone(changes));  // house-keeping has begun
    changes = tombstone();
    rig.pass(std::chrono::days(31));
    REQUIRE(is_gone(changes));  // the next one has, so the first has ended
    CHECK(site.pictures() == 1);
    rig.pass(std::chrono::days(30));
    CHECK(wait_until([&] { return site.pictures() == 0; }));
}

}  // namespace menshen::registry::server::test
