// The registry's lists beside the gate's own: what is applied, what is refused, and what a look-up sees.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "registry.hpp"
#include "support/watched_disk.hpp"
#include "whitelist/scope_check.hpp"

using namespace menshen;
using namespace menshen::whitelist;

namespace {

Feed one_car() {
    Feed feed;
    feed.permit(1);
    feed.credential(2, "浙A12345", 1);
    return feed;
}

bundle::Hash stored_root(List& list, const std::string& scope = "yard") {
    for (const auto& state : list.writer.scopes().all()) {
        if (state.scope == scope) return state.head.root;
    }
    return {};
}

Status check_whole(const std::filesystem::path& file) {
    auto check = ScopeCheck::open(file);
    if (!check) return check.error();
    for (auto more = Result<bool>(true); *more;) {
        more = check->step();
        if (!more) return more.error();
    }
    return {};
}

}  // namespace

TEST_CASE("changes on nothing make a list, and a look-up finds its permit") {
    List list;
    auto feed = one_car();
    REQUIRE(apply_changes(list.writer, feed, 0).ok());
    const auto listing = list.listing("浙A12345");
    REQUIRE(listing.permits.size() == 1);
    CHECK(listing.permits[0].second.scope == "yard");
    CHECK(listing.permits[0].second.id == 1);
    CHECK(listing.permits[0].second.unknown_critical.empty());
    CHECK(list.listing("浙A99999").permits.empty());
    const auto states = list.writer.scopes().all();
    REQUIRE(states.size() == 1);
    CHECK(states[0].head.at == bundle::Position{1, 2});
    CHECK(states[0].permits == 1);
    CHECK(list.reader.summary()->credentials == 1);
    CHECK(check_whole(list.folder / "whitelist.db").ok());
}

TEST_CASE("I2, I4: changes on a list; the same again is harmless; a revocation is seen by the next look-up") {
    List list;
    auto feed = one_car();
    REQUIRE(apply_changes(list.writer, feed, 0).ok());
    feed.permit(3);
    feed.credential(4, "浙B22222", 3);
    feed.del("credential", 2);
    for (int again = 0; again < 2; ++again) {
        REQUIRE(apply_changes(list.writer, feed, 2).ok());
        CHECK(list.listing("浙A12345").permits.empty());
        CHECK(list.listing("浙B22222").permits.size() == 1);
        CHECK(stored_root(list) == feed.digest.root());
    }
    CHECK(check_whole(list.folder / "whitelist.db").ok());
}

TEST_CASE("I6: what does not lead to the head's list is undone, and only a snapshot helps") {
    List list;
    auto feed = one_car();
    REQUIRE(apply_changes(list.writer, feed, 0).ok());
    feed.permit(3);
    feed.credential(4, "浙B22222", 3);
    feed.put("permit", 3, feed.permit_body(3, R"(,"crit":["moon_phases"],"moon_phases":["x"])"));
    auto lines = feed.changes_since(2);
    SUBCASE("a row is left out") {
        lines.erase(0, lines.find('\n') + 1);
    }
    SUBCASE("a row is invented") {
        std::string more;
        REQUIRE(bundle::write_put(more, {5, "credential", 9, R"({"id":9})"}).ok());
        lines.insert(0, more);
    }
    SUBCASE("a critical field is taken out") {
        const auto at = lines.find("\"moon_phases\"]");
        lines.replace(at, 13, "\"max_uses\"");
    }
    SUBCASE("changes that begin later") {
        lines = feed.changes_since(4);
    }
    const auto done = carry(list.writer.scopes().begin_changes("yard"), lines);
    REQUIRE_FALSE(done.ok());
    CHECK(needs_snapshot(done.error()));
    CHECK(list.listing("浙B22222").permits.empty());
    CHECK(list.listing("浙A12345").permits.size() == 1);
    REQUIRE(apply_snapshot(list.writer, feed).ok());
    CHECK(list.listing("浙B22222").permits.at(0).second.unknown_critical == std::vector<std::string>{"moon_phases"});
    CHECK(stored_root(list) == feed.digest.root());
}

TEST_CASE("a snapshot replaces the list, with the changes after it; the old file is gone") {
    List list;
    auto feed = one_car();
    REQUIRE(apply_changes(list.writer, feed, 0).ok());
    for (int i = 10; i < 400; ++i) feed.permit(i);
    feed.del("permit", 11);
    std::string packed;
    const auto manifest = feed.snapshot(packed);
    const auto seq = feed.at.seq;
    feed.del("permit", 1);
    feed.credential(5, "浙C33333", 300);
    REQUIRE(apply_snapshot(list.writer, manifest, packed, feed.changes_since(seq)).ok());
    CHECK(list.listing("浙A12345").permits.empty());  // a credential of no permit
    CHECK(list.listing("浙C33333").permits.size() == 1);
    CHECK(stored_root(list) == feed.digest.root());
    CHECK(check_whole(list.folder / "whitelist.db").ok());
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(list.folder.path())) {
        const auto name = entry.path().filename().string();
        files += name.starts_with("whitelist-") && name.ends_with(".db") ? 1 : 0;
    }
    CHECK(files == 1);
}

TEST_CASE("I6: a snapshot altered, cut off or of another list changes nothing") {
    List list;
    auto feed = one_car();
    REQUIRE(apply_changes(list.writer, feed, 0).ok());
    const auto root = stored_root(list);
    for (int i = 10; i < 200; ++i) feed.permit(i);
    std::string packed;
    auto manifest = feed.snapshot(packed);
    SUBCASE("cut off") {
        packed.resize(packed.size() - 5);
    }
    SUBCASE("altered") {
        packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 4);
    }
    SUBCASE("longer") {
        packed += "x";
    }
    SUBCASE("of another root") {
        manifest.root[3] ^= 1;
    }
    CHECK_FALSE(apply_snapshot(list.writer, manifest, packed, feed.head_line()).ok());
    CHECK(stored_root(list) == root);
    CHECK(list.listing("浙A12345").permits.size() == 1);
}

TEST_CASE("I21: what is not understood is kept and digested, never grants, and a block still denies") {
    List list;
    auto feed = one_car();
    feed.put("robot", 7, R"({"name":"r2"})");
    feed.put("permit", (std::int64_t{1} << 53) - 1, "{}");
    feed.permit(3, R"(,"crit":["biometric"],"biometric":true)");
    feed.credential(4, "浙B22222", 3);
    feed.credential(5, "浙B33333", 1, R"(,"crit":["pin"],"pin":"1")");
    feed.block(6, "浙·A12345", "quarantine", R"(,"crit":["zone"])");
    feed.block(8, "浙B33333", "watch", R"(,"crit":["until_paid"])");
    feed.credential(9, "浙B44444", (std::int64_t{1} << 53) - 1);
    REQUIRE(apply_snapshot(list.writer, feed).ok());
    CHECK(stored_root(list) == feed.digest.root());
    CHECK(list.listing("浙B22222").permits.at(0).second.unknown_critical == std::vector<std::string>{"biometric"});
    CHECK(list.listing("浙B33333").permits.at(0).second.unknown_critical == std::vector<std::string>{"pin"});
    CHECK(list.listing("浙B33333").blocks.at(0).kind == BlockKind::block);
    CHECK(list.listing("浙B44444").permits.at(0).second.unknown_critical == std::vector<std::string>{"unreadable"});
    CHECK(list.listing("浙A12345").blocks.at(0).kind == BlockKind::block);
    CHECK(list.listing("浙A12345").permits.at(0).second.unknown_critical.empty());
    Visitor visitor{"浙A12345", "", "", at("2026-11-22T18:00:00")};
    CHECK(list.writer.register_visitor(visitor, noon).error().code == Errc::denied);
    feed.del("robot", 7);
    REQUIRE(apply_changes(list.writer, feed, 8).ok());
    CHECK(stored_root(list) == feed.digest.root());
}

TEST_CASE("references stay inside the scope or point to common; a block in any scope is seen") {
    List list;
    Feed common("common");
    auto yard = one_car();
    yard.credential(4, "浙B22222", 70);
    yard.put("permit", 5, yard.permit_body(5, "", "9"));
    yard.put("permit", 6, yard.permit_body(6, "", "8"));
    yard.put("permit", 61, yard.permit_body(61, "", "7"));
    yard.put("schedule", 8, R"({"id":8,"name":"own","week":[[],[],[],[],[],[],[]],"holiday":[]})");
    yard.credential(7, "浙B33333", 5);
    yard.credential(8, "浙B44444", 6);
    yard.credential(9, "浙B55555", 61);
    common.permit(70);
    common.put("permit", 71, common.permit_body(71, "", "8"));
    common.credential(10, "浙B44444", 71);
    common.credential(11, "浙B66666", 1);  // a permit of yard's: not from here
    common.put("schedule", 9, R"({"id":9,"name":"shared","week":[[],[],[],[],[],[],[]],"holiday":[]})");
    common.put("schedule", 8, R"({"id":8,"name":"other","week":[[],[],[],[],[],[],[]],"holiday":[]})");
    common.put("calendar", 1, R"({"holidays":["2026-10-01"],"make_up_workdays":[]})");
    common.block(3, "浙A12345");
    REQUIRE(apply_snapshot(list.writer, yard).ok());
    REQUIRE(apply_snapshot(list.writer, common).ok());
    CHECK(list.listing("浙A12345").blocks.at(0).scope == "common");
    CHECK(list.listing("浙B22222").permits.at(0).second.scope == "common");
    CHECK(list.listing("浙B66666").permits.empty());

    const std::vector<std::string> plates = {"浙B33333", "浙B44444", "浙B55555"};
    const auto answer = list.reader.look_up(plates).value();
    CHECK(answer.calendar.holidays.size() == 1);
    const auto schedule = [&](std::size_t listing, std::size_t permit) -> std::string {
        const auto id = *answer.listings.at(listing).permits.at(permit).second.schedule_id;
        for (const auto& one : answer.schedules) {
            if (one.id == id) return one.name;
        }
        return "";
    };
    CHECK(schedule(0, 0) == "shared");
    CHECK(answer.listings[1].permits.size() == 2);
    const auto first_is_yard = answer.listings[1].permits[0].second.scope == "yard";
    CHECK(schedule(1, first_is_yard ? 0 : 1) == "own");
    CHECK(schedule(1, first_is_yard ? 1 : 0) == "other");
    CHECK(schedule(2, 0).empty());
}

TEST_CASE("a schedule, calendar or zone with an unknown critical field: what refers to it does not grant") {
    List list;
    auto feed = one_car();
    auto body = feed.permit_body(3, "", "9");
    body.replace(body.find(R"("zones":[])"), 10, R"("zones":["yard"])");
    feed.put("permit", 3, body);
    feed.credential(4, "浙B22222", 3);
    feed.put("schedule", 9,
             R"({"id":9,"name":"s","week":[[],[],[],[],[],[],[]],"holiday":[],"crit":["tide"],"tide":1})");
    feed.put("zone", 2, R"({"id":2,"key":"yard","name":"y","capacity":null,"crit":["airlock"]})");
    feed.put("calendar", 2, R"({"holidays":[],"make_up_workdays":[],"crit":["moon"]})");
    REQUIRE(apply_changes(list.writer, feed, 0).ok());
    const auto permit = list.listing("浙B22222").permits.at(0).second;
    for (const auto* field : {"tide", "airlock", "moon"}) {
        CAPTURE(std::string(field));
        CHECK(std::count(permit.unknown_critical.begin(), permit.unknown_critical.end(), field) == 1);
    }
    CHECK(list.listing("浙A12345").permits.at(0).second.unknown_critical.empty());
}

TEST_CASE("a list outlives a restart; its file changed under it is found when a row is used, and by the check") {
    auto feed = one_car();
    support::TemporaryFolder folder;
    const auto file = folder / "whitelist.db";
    {
        auto writer = std::move(WhitelistWriter::open(file, noon.utc)->writer);
        REQUIRE(apply_changes(writer, feed, 0).ok());
        CHECK(writer.scopes().keys().value().empty());
        REQUIRE(writer.scopes().keep_keys("{}").ok());
    }
    auto writer = std::move(WhitelistWriter::open(file, noon.utc)->writer);
    CHECK(writer.scopes().keys().value() == "{}");
    CHECK(writer.scopes().all().at(0).head.at == bundle::Position{1, 2});
    const std::vector<std::string> plate = {"浙A12345"};
    {
        auto database = store::Database::open(folder / "whitelist-yard-1.db", {}).value();
        REQUIRE(database.execute("UPDATE row SET body = replace(body, 'active', 'Active')").ok());
    }
    auto reader = WhitelistReader::open(file).value();
    const auto answer = reader.look_up(plate);
    REQUIRE_FALSE(answer.ok());
    CHECK(answer.error().code == Errc::corrupt);
    CHECK(reader.damaged_scope() == "yard");
    CHECK(check_whole(file).error().code == Errc::corrupt);
    REQUIRE(writer.scopes().drop("yard").ok());
    CHECK(reader.look_up(plate).value().listings[0].permits.empty());
    CHECK(writer.scopes().all().empty());
    CHECK(apply_snapshot(writer, feed).ok());
    CHECK(reader.look_up(plate).value().listings[0].permits.size() == 1);
}

TEST_CASE("a scope's file that is no list is set aside at the start, and the rest goes on") {
    auto feed = one_car();
    support::TemporaryFolder folder;
    const auto file = folder / "whitelist.db";
    {
        auto writer = std::move(WhitelistWriter::open(file, noon.utc)->writer);
        REQUIRE(apply_changes(writer, feed, 0).ok());
        Feed common("common");
        common.block(1, "浙A12345");
        REQUIRE(apply_changes(writer, common, 0).ok());
    }
    std::filesystem::remove(folder / "whitelist-yard-1.db-wal");
    std::ofstream(folder / "whitelist-yard-1.db") << "no database at all";
    std::ofstream(folder / "whitelist-yard-9.db") << "left half made";
    auto writer = std::move(WhitelistWriter::open(file, noon.utc)->writer);
    CHECK(writer.scopes().damaged() == std::vector<std::string>{"yard"});
    CHECK(writer.scopes().all().size() == 1);
    CHECK_FALSE(std::filesystem::exists(folder / "whitelist-yard-9.db"));
    CHECK(std::filesystem::exists(folder / "whitelist-yard-1.db.set-aside"));
}

TEST_CASE("I4: a reader beside snapshots and changes sees one list or the other, never both") {
    List list;
    constexpr int cars = 60;
    const auto fill = [&](Feed& feed, int generation) {
        for (int i = 1; i <= cars; ++i) {
            feed.permit(i, fmt::format(R"(,"generation":{})", generation));
            feed.credential(1000 + i, fmt::format("浙A{:05}", i), generation % 2 == 0 ? i : cars + 1 - i);
        }
    };
    Feed feed;
    fill(feed, 0);
    REQUIRE(apply_snapshot(list.writer, feed).ok());
    std::atomic<bool> done{false};
    std::atomic<int> refused{0};
    std::jthread writing([&] {
        for (int n = 1; n <= 40; ++n) {
            const auto since = feed.at.seq;
            fill(feed, n);
            const auto applied =
                n % 3 == 0 ? apply_changes(list.writer, feed, since) : apply_snapshot(list.writer, feed);
            if (!applied) ++refused;
        }
        done = true;
    });
    std::vector<std::string> plates;
    for (int i = 1; i <= cars; ++i) plates.push_back(fmt::format("浙A{:05}", i));
    int mixed = 0;
    int looked = 0;
    while (!done || looked == 0) {
        const auto answer = list.reader.look_up(plates);
        if (!answer) FAIL(answer.error().message);
        ++looked;
        const bool straight = answer->listings[0].permits.at(0).second.id == 1;
        for (int i = 0; i < cars; ++i) {
            const auto id = answer->listings[static_cast<std::size_t>(i)].permits.at(0).second.id;
            mixed += id == (straight ? i + 1 : cars - i) ? 0 : 1;
        }
    }
    writing.join();
    CHECK(mixed == 0);
    CHECK(refused == 0);
    CHECK(check_whole(list.folder / "whitelist.db").ok());
}

TEST_CASE("I4: a list that its successor replaces while it is being opened is not missed: the successor is read") {
    for (const char* opened : {"whitelist-yard-1.db", "whitelist-yard-1.db-wal"}) {
        CAPTURE(opened);
        List list;
        auto feed = one_car();
        REQUIRE(apply_snapshot(list.writer, feed).ok());
        feed.permit(2);
        feed.credential(1002, "浙A00002", 2);
        bool replaced = false;
        support::watch_opening([&](const std::filesystem::path& file) {
            if (file.filename() != opened || std::exchange(replaced, true)) return;
            CHECK(apply_snapshot(list.writer, feed).ok());
        });
        auto reader = WhitelistReader::open(list.folder / "whitelist.db");
        REQUIRE(reader.ok());
        const std::vector<std::string> plates{"浙A00002"};
        const auto answer = reader->look_up(plates);
        support::watch_opening({});
        CHECK(replaced);
        if (!answer) FAIL(answer.error().message);
        CHECK(answer->listings.at(0).permits.size() == 1);
    }
}

TEST_CASE("an upload that is left changes nothing and leaves nothing; a second one of changes waits") {
    List list;
    auto feed = one_car();
    REQUIRE(apply_changes(list.writer, feed, 0).ok());
    feed.permit(3);
    {
        auto upload = list.writer.scopes().begin_changes("yard");
        REQUIRE(upload.ok());
        REQUIRE(upload->changes(feed.changes_since(2)).ok());
        CHECK(upload->commit().error().code == Errc::invalid);
        CHECK(list.writer.scopes().begin_changes("yard").error().code == Errc::timeout);
        std::string packed;
        auto whole = list.writer.scopes().begin_snapshot(feed.snapshot(packed));
        REQUIRE(whole->snapshot(packed).ok());
        CHECK(whole->changes("").error().code == Errc::invalid);
    }
    CHECK(list.writer.scopes().all().at(0).head.at.seq == 2);
    REQUIRE(apply_changes(list.writer, feed, 2).ok());
    CHECK(list.writer.scopes().all().at(0).permits == 2);
    CHECK_FALSE(std::filesystem::exists(list.folder / "whitelist-yard-2.db"));
}

TEST_CASE("I5: an epoch is entered by a snapshot or a whole list only") {
    List list;
    auto feed = one_car();
    REQUIRE(apply_changes(list.writer, feed, 0).ok());
    feed.at = {2, 0};
    const auto done = carry(list.writer.scopes().begin_changes("yard"), feed.head_line());
    CHECK(needs_snapshot(done.error()));
    REQUIRE(carry(list.writer.scopes().begin_whole("yard"), feed.changes_since(0)).ok());
    CHECK(list.writer.scopes().all().at(0).head.at == bundle::Position{2, 0});
}
