// The feed over the wire, read with what a gate reads it with.
#include "bundle/feed.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>

#include "bundle/head.hpp"
#include "bundle/key_set.hpp"
#include "bundle/snapshot.hpp"
#include "range.hpp"
#include "rig.hpp"

namespace menshen::registry::server::test {

namespace {

/// What a gate keeps: rows by (kind, id), and where it stands.
struct List {
    bundle::KeySet keys;
    std::map<std::string, bundle::RowDigest> scopes;
    std::map<std::string, bundle::Position> at;

    explicit List(const Rig& rig) {
        auto line = rig.gate_door().get("/v1/keys").body;
        line.pop_back();
        const auto document = bundle::parse_signed(bundle::DocumentType::keys, line).value();
        keys = bundle::parse_key_set(document.document).value();
    }
    [[nodiscard]] std::string poll_at(const std::string& scope) { return bundle::to_string(at[scope]); }

    /// Judges the head as a gate does; the rows' root must be the one signed.
    void arrive(const bundle::Signed& signed_head, const std::string& scope, const Now& now) {
        const auto judged = bundle::judge_head(signed_head, keys, {scope, {}, {}, {}}, now.utc, {});
        REQUIRE_MESSAGE(judged.finding == bundle::Finding::accept, judged.why);
        CHECK(scopes[scope].root() == judged.document->root);
        CHECK(scopes[scope].rows() == judged.document->rows);
        at[scope] = judged.document->at;
    }
    void take_snapshot(const Client& gate, const std::string& scope) {
        auto line = gate.get("/v1/scopes/" + scope + "/snapshot").body;
        line.pop_back();
        const auto document = bundle::parse_signed(bundle::DocumentType::manifest, line).value();
        const auto judged = bundle::judge_manifest(document, keys, scope);
        REQUIRE_MESSAGE(judged.finding == bundle::Finding::accept, judged.why);
        scopes[scope] = {};
        auto reader = bundle::SnapshotReader::create(*judged.document, [&](const bundle::SnapshotRow& row) {
            scopes[scope].put(row.put.kind, row.put.id, row.put.body);
            return Status{};
        });
        REQUIRE(reader);
        const auto bytes = gate.get("/v1/blobs/" + bundle::to_hex(judged.document->sha256)).body;
        REQUIRE(reader->feed(bytes));
        CHECK(reader->finish());
        at[scope] = judged.document->at;
    }
    /// The rows of one scope and the head that ends them.
    void take_changes(const std::string& body, const std::string& scope, const Now& now) {
        bundle::ChangeReader reader([&](const bundle::Line& line) {
            if (const auto* put = std::get_if<bundle::Put>(&line)) {
                scopes[scope].put(put->kind, put->id, put->body);
            } else if (const auto* del = std::get_if<bundle::Del>(&line)) {
                scopes[scope].del(del->kind, del->id);
            }
            return Status{};
        });
        REQUIRE(reader.feed(body));
        auto head = reader.finish();
        REQUIRE(head);
        arrive(*head, scope, now);
    }
    [[nodiscard]] boost::json::object poll(const std::string& scope, int wait) {
        return {{"scopes", {{scope, poll_at(scope)}}}, {"wait", wait}};
    }
};

}  // namespace

TEST_CASE("a gate comes from nothing by a snapshot, then by changes, to the registry's very root") {
    Rig rig;
    const auto gate = rig.enrol("north");
    rig.issue("浙A12345");
    List list(rig);
    const auto refused = gate.client->post("/v1/poll", list.poll("main", 0));
    CHECK(refused.status == 409);
    CHECK(refused.text("scope") == "main");
    list.take_snapshot(*gate.client, "main");
    CHECK(list.scopes["main"].rows() == 2);
    const auto second = rig.issue("浙A54321");
    const auto changes = gate.client->post("/v1/poll", list.poll("main", 10));
    REQUIRE(changes.status == 200);
    list.take_changes(changes.body, "main", rig.now());
    CHECK(list.scopes["main"].rows() == 4);
    REQUIRE(rig.admin.post(fmt::format("/v1/permits/{}/cancel", second), {}).status == 200);
    list.take_changes(gate.client->get("/v1/scopes/main/changes?since=" + list.poll_at("main")).body, "main",
                      rig.now());
    // the same snapshot serves for an hour, and the changes lead on from it
    List late(rig);
    late.take_snapshot(*gate.client, "main");
    CHECK(late.scopes["main"].rows() == 2);
    late.take_changes(gate.client->post("/v1/poll", late.poll("main", 0)).body, "main", rig.now());
    CHECK(late.scopes["main"].root() == list.scopes["main"].root());
}

TEST_CASE("a poll of several scopes ends each with its head; with nothing new it brings fresh heads") {
    Rig rig;
    const auto gate = rig.enrol("north");
    List list(rig);
    list.take_snapshot(*gate.client, "main");
    list.take_snapshot(*gate.client, "common");
    rig.issue("浙A12345");
    REQUIRE(rig.admin.post("/v1/blocks", {{"scope", "common"}, {"block", {{"plate", "苏A88888"}, {"reason", "x"}}}})
                .status == 201);
    const boost::json::object both{{"scopes", {{"main", list.poll_at("main")}, {"common", list.poll_at("common")}}},
                                   {"wait", 5}};
    const auto heard = gate.client->post("/v1/poll", both);
    REQUIRE(heard.status == 200);
    const auto first_end = heard.body.find("{\"t\":\"head\"");
    const auto second = heard.body.find('\n', first_end) + 1;
    list.take_changes(heard.body.substr(0, second), "main", rig.now());
    list.take_changes(heard.body.substr(second), "common", rig.now());
    const auto quiet = gate.client->post("/v1/poll", list.poll("main", 0));
    CHECK(quiet.status == 200);
    list.take_changes(quiet.body, "main", rig.now());
}

TEST_CASE("a poll that waits is woken by a commit; how soon is printed") {
    Rig rig;
    const auto gate = rig.enrol("north");
    List list(rig);
    list.take_snapshot(*gate.client, "main");
    std::vector<double> latencies;
    for (int i = 0; i < 20; ++i) {
        Heard heard;
        std::chrono::steady_clock::time_point arrived;
        std::thread waiting([&] {
            heard = gate.client->post("/v1/poll", list.poll("main", 20));
            arrived = std::chrono::steady_clock::now();
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        const auto asked = std::chrono::steady_clock::now();
        rig.issue(fmt::format("浙A{:05}", 10'000 + i));
        waiting.join();
        REQUIRE(heard.status == 200);
        list.take_changes(heard.body, "main", rig.now());
        latencies.push_back(std::chrono::duration<double, std::milli>(arrived - asked).count());
    }
    std::ranges::sort(latencies);
    MESSAGE("administrator's request sent → gate's poll answered: p50 " << latencies[10] << " ms, worst "
                                                                        << latencies.back() << " ms");
}

TEST_CASE("heads are renewed as time goes by, and polls that wait sleep on") {
    Rig rig([](Config& config) { config.head_every = std::chrono::milliseconds(50); });
    const auto gate = rig.enrol("north");
    List list(rig);
    list.take_snapshot(*gate.client, "main");
    const auto issued = [&] {
        const auto body = gate.client->post("/v1/poll", list.poll("main", 0)).body;
        const auto line = body.substr(0, body.size() - 1);
        const auto document = bundle::parse_signed(bundle::DocumentType::head, line).value().document;
        return bundle::parse_head(document).value().iat;
    };
    const auto first = issued();
    const auto before = std::chrono::steady_clock::now();
    CHECK(gate.client->post("/v1/poll", list.poll("main", 1)).status == 200);
    CHECK(std::chrono::steady_clock::now() - before >= std::chrono::milliseconds(900));
    CHECK(issued() > first);
}

TEST_CASE("a blob is resumable at any byte") {
    Rig rig;
    const auto gate = rig.enrol("north");
    rig.issue("浙A12345");
    List list(rig);
    list.take_snapshot(*gate.client, "main");
    const auto manifest = gate.client->get("/v1/scopes/main/snapshot").body;
    const auto document =
        bundle::parse_signed(bundle::DocumentType::manifest, manifest.substr(0, manifest.size() - 1)).value().document;
    const auto sha = std::string(boost::json::parse(document).at("sha256").as_string());
    const auto path = "/v1/blobs/" + sha;
    const auto whole = gate.client->get(path);
    REQUIRE(whole.status == 200);
    CHECK(bundle::to_hex(bundle::sha256(whole.body)) == sha);
    for (std::size_t at = 0; at < whole.body.size(); at += 17) {
        const auto rest = gate.client->get(path, {fmt::format("Range: bytes={}-", at)});
        CHECK(rest.status == 206);
        CHECK(rest.body == whole.body.substr(at));
    }
    CHECK(gate.client->get(path, {"Range: bytes=0-3"}).body == whole.body.substr(0, 4));
    CHECK(gate.client->get(path, {"Range: bytes=999999999-"}).status == 416);
    CHECK(gate.client->get(path, {"Range: bytes=0-3", "If-Range: \"other\""}).status == 200);
    CHECK(gate.client->get(path, {"If-None-Match: \"" + sha + "\""}).status == 304);
    CHECK(gate.client->get("/v1/blobs/" + std::string(64, '0')).status == 404);
    CHECK(gate.client->get("/v1/blobs/..%2F..%2Fauthority.key").status == 404);
}

TEST_CASE("changes and heads come compressed to who asks for it, and are the same") {
    Rig rig;
    const auto gate = rig.enrol("north");
    for (int i = 0; i < 5; ++i) rig.issue(fmt::format("浙A1000{}", i));
    const auto epoch = rig.made.epoch;
    const auto path = fmt::format("/v1/scopes/main/changes?since={}:0", epoch);
    const auto plain = gate.client->get(path);
    const auto packed = gate.client->get(path, {"Accept-Encoding: zstd"});
    REQUIRE(plain.status == 200);
    CHECK(plain.fields.count("content-encoding") == 0);
    CHECK(packed.fields.at("content-encoding") == "zstd");
    CHECK(packed.body.size() < plain.body.size());
    std::string unpacked(plain.body.size(), '\0');
    CHECK(ZSTD_decompress(unpacked.data(), unpacked.size(), packed.body.data(), packed.body.size()) ==
          plain.body.size());
    CHECK(unpacked == plain.body);
    CHECK(rig.admin.get("/v1/permits", {"Accept-Encoding: zstd"}).fields.count("content-encoding") == 0);
}

TEST_CASE("the Range field") {
    const auto asked = [](std::string_view field) { return range_in(field, 100); };
    CHECK(asked("bytes=0-").size == 100);
    CHECK(asked("bytes=10-19").from == 10);
    CHECK(asked("bytes=10-19").size == 10);
    CHECK(asked("bytes=90-500").size == 10);
    CHECK(asked("bytes=-10").from == 90);
    CHECK(asked("bytes=-1000").size == 100);
    CHECK(asked("bytes=-0").impossible);
    CHECK(asked("bytes=100-").impossible);
    CHECK(asked("bytes=99999999999999999999999-").impossible);
    for (const auto* none : {"", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=1-2,4-5", "bytes=a-b", "lines=1-2",
                             "bytes=+1-2", "bytes= 1-2"}) {
        CHECK_MESSAGE(asked(none).whole, none);
    }
    CHECK(range_in("bytes=-5", 0).impossible);
}

TEST_CASE("a registry that is stopped answers its polls, and goes on where it was when it is started again") {
    Rig rig;
    const auto gate = rig.enrol("north");
    List list(rig);
    list.take_snapshot(*gate.client, "main");
    Heard heard;
    std::thread waiting([&] { heard = gate.client->post("/v1/poll", list.poll("main", 30)); });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const auto before = std::chrono::steady_clock::now();
    rig.stop();
    waiting.join();
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
    CHECK(heard.status == 200);
    rig.start();
    const auto client = rig.gate_door(gate.shown);
    const auto again = client.post("/v1/poll", list.poll("main", 0));
    CHECK(again.status == 200);
    list.take_changes(again.body, "main", rig.now());
}

}  // namespace menshen::registry::server::test
