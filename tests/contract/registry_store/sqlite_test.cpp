// What is true of the SQLite file alone.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "bench.hpp"
#include "registry/sqlite_store.hpp"
#include "store/database.hpp"
#include "store/migrations.hpp"

namespace menshen::registry {
std::span<const store::Migration> migrations();
}

namespace menshen::registry::test {

namespace {

/// Somebody with the file in his hands.
void tamper(const Bench& bench, const std::string& sql) {
    auto database = store::Database::open(bench.folder / "registry.db", {});
    REQUIRE(database);
    REQUIRE(database->execute("DROP TRIGGER audit_is_kept; DROP TRIGGER audit_is_unchanged; " + sql));
}

/// A registry's file as it was before the migration of that name, with rows that it had.
void make_older(const std::filesystem::path& file, std::string_view before, const std::string& rows) {
    auto database = store::Database::open(file, {});
    REQUIRE(database);
    const auto all = migrations();
    const auto next = std::ranges::find(all, before, &store::Migration::name);
    REQUIRE(next != all.end());
    REQUIRE(store::migrate(*database, all.first(static_cast<std::size_t>(next - all.begin()))));
    REQUIRE(database->execute(fmt::format("PRAGMA application_id = {}; {}", 0x4D53'5247, rows)));
}

}  // namespace

TEST_CASE("audit entries can be neither removed nor changed, and who does it all the same is found out") {
    for (const char* sql : {"UPDATE audit SET name = 'nobody' WHERE number = 2",
                            "UPDATE audit SET body = replace(body, 'yard', 'dock') WHERE number = 3",
                            "DELETE FROM audit WHERE number = 2", "UPDATE audit SET body = NULL WHERE number = 3"}) {
        CAPTURE(std::string(sql));
        Bench bench;
        bench.permit("浙A12345");
        {
            auto database = store::Database::open(bench.folder / "registry.db", {});
            REQUIRE(database);
            const std::string other = std::string(sql).starts_with("DELETE") ? sql : "UPDATE audit SET utc = utc + 1";
            CHECK_FALSE(database->execute(other));
        }
        bench.store.reset();
        tamper(bench, std::string(sql).find("'dock'") == std::string::npos
                          ? sql
                          : "UPDATE audit SET body = '{}' WHERE number = 3");
        bench.reopen();
        const auto report = bench.store->audit().verify().value();
        CHECK_FALSE(report.whole);
        CHECK(report.broken_at >= 2);
    }
}

TEST_CASE("a body can be erased with its salt, and the chain stays whole") {
    Bench bench;
    bench.permit("浙A12345");
    {
        auto database = store::Database::open(bench.folder / "registry.db", {});
        REQUIRE(database);
        REQUIRE(database->execute("UPDATE audit SET body = NULL, salt = NULL WHERE number = 3"));
    }
    CHECK(bench.store->audit().verify()->whole);
}

TEST_CASE("no registry where there is none, two at once, or one that is damaged") {
    support::TemporaryFolder folder;
    support::FakeHeads heads;
    SqliteOptions options;
    options.file = folder / "registry.db";
    CHECK(open_sqlite_store(options, heads, {}).error().code == Errc::not_found);
    options.create = true;
    {
        const auto store = open_sqlite_store(options, heads, {});
        REQUIRE(store);
        CHECK(open_sqlite_store(options, heads, {}).error().code == Errc::denied);
    }
    options.create = false;
    CHECK(open_sqlite_store(options, heads, {}).ok());
    std::ofstream(options.file) << "no database any more, but somebody may still want to look at it";
    CHECK(open_sqlite_store(options, heads, {}).error().code == Errc::corrupt);
    CHECK(std::filesystem::file_size(options.file) > 40);
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        CHECK(entry.path().string().find("set-aside") == std::string::npos);
    }
}

TEST_CASE("events from before their reception was written down are as old as those that came before them, at most") {
    const support::TemporaryFolder folder;
    support::FakeHeads heads;
    SqliteOptions options;
    options.file = folder / "registry.db";
    std::string rows = "INSERT INTO event_log VALUES (1, 5, 'ab12', 4, x'00');";
    const std::array<std::int64_t, 4> clocks{0, 1'600'000'000'000, 1'000, 4'100'000'000'000};
    for (std::size_t i = 0; i < clocks.size(); ++i) {
        rows += fmt::format("INSERT INTO event VALUES (NULL, 1, {}, {}, '', 'boot', '', 0, 0, '', '', x'', x'', x'');",
                            i + 1, clocks[i]);
    }
    make_older(options.file, "event-reception", rows);
    const auto store = open_sqlite_store(options, heads, {});
    REQUIRE(store);
    auto& intake = (*store)->intake();
    const auto before = [](std::int64_t utc) { return UtcTime(milliseconds(utc)); };
    CHECK(intake.forget_events(before(1'600'000'000'000), 10).value() == 1);  // the first: nothing tells more of it
    CHECK(intake.forget_events(before(1'600'000'000'001), 10).value() == 2);
    const auto soon = std::chrono::floor<milliseconds>(std::chrono::system_clock::now()) + std::chrono::days(2);
    CHECK(intake.forget_events(UtcTime(soon.time_since_epoch()), 10).value() == 1);
}

TEST_CASE("ages are counted on from the newest event of a file in which they were not, whatever the clock says") {
    const support::TemporaryFolder folder;
    support::FakeHeads heads;
    SqliteOptions options;
    options.file = folder / "registry.db";
    const std::int64_t newest = 1'700'000'000'000;
    make_older(options.file, "event-reception",
               fmt::format("INSERT INTO event_log VALUES (1, 5, 'ab12', 1, x'00'); INSERT INTO event VALUES (NULL, 1, "
                           "1, {}, '', 'boot', '', 0, 0, '', '', x'', x'', x'');",
                           newest));
    const auto counted = [&](UtcTime utc) {
        const auto store = open_sqlite_store(options, heads, {});
        REQUIRE(store);
        Now now;
        now.utc = utc;
        return (*store)->intake().counted(now).value() - UtcTime(milliseconds(newest));
    };
    SUBCASE("1970") {
        CHECK(counted(UtcTime{}) == milliseconds(0));
    }
    SUBCASE("an hour later") {
        CHECK(counted(UtcTime(milliseconds(newest)) + std::chrono::hours(1)) == std::chrono::hours(1));
    }
    SUBCASE("2099") {
        CHECK(counted(UtcTime(std::chrono::days(47'500))) == std::chrono::days(1));
    }
}

TEST_CASE("nobody but its owner reads the file: users' secrets lie in it") {
    Bench bench;
    bench.permit("浙A12345");
    for (const char* part : {"registry.db", "registry.db-wal", "registry.db-shm"}) {
        using std::filesystem::perms;
        CHECK((std::filesystem::status(bench.folder / part).permissions() & (perms::group_all | perms::others_all)) ==
              perms::none);
    }
}

TEST_CASE("searches go by indices: by an exact plate, by what refers, by the end") {
    Bench bench;
    auto database = store::Database::open(bench.folder / "registry.db", {});
    REQUIRE(database);
    const auto plan = [&](const std::string& sql) {
        auto statement = database->prepare("EXPLAIN QUERY PLAN " + sql);
        REQUIRE(statement);
        std::string all;
        while (statement->step().value()) all += std::string(statement->text(3)) + "\n";
        return all;
    };
    const auto by_plate = plan(
        "SELECT e.id FROM (SELECT l.id FROM entity l WHERE l.look_up = 'plate:x' UNION SELECT r.target FROM entity c "
        "CROSS "
        "JOIN reference r ON r.source = c.id WHERE c.look_up = 'plate:x' AND c.kind = 'credential') f CROSS JOIN "
        "entity e "
        "ON e.id = f.id WHERE e.kind = 'permit' AND e.scope IN (2) AND e.id < 99 ORDER BY e.id DESC LIMIT 2");
    CHECK(by_plate.find("entity_look_up") != std::string::npos);
    CHECK(by_plate.find("SCAN e\n") == std::string::npos);
    const auto presented =
        plan("SELECT 1 FROM entity WHERE look_up = 'x' AND kind = 'credential' AND scope = 2 LIMIT 1");
    CHECK(presented.find("entity_look_up (look_up=? AND kind=? AND scope=?)") != std::string::npos);
    const auto of_plate = plan(
        "SELECT number FROM event w WHERE w.number < 9 AND w.plate = 'x' AND w.plate <> '' ORDER BY "
        "w.number DESC LIMIT 6");
    CHECK(of_plate.find("event_plate (plate=? AND number<?)") != std::string::npos);
    const auto newest = plan(
        "SELECT body FROM entity e WHERE e.kind = 'permit' AND e.scope IN (1, 2) AND e.id < 99 "
        "ORDER BY e.id DESC LIMIT 2");
    CHECK(newest.find("entity_listed (kind=? AND id<?)") != std::string::npos);
    CHECK(newest.find("TEMP B-TREE") == std::string::npos);
    const auto ending = plan(
        "SELECT id FROM entity e WHERE kind = 'permit' AND e.ends IS NOT NULL AND (e.ends, e.id) > "
        "(5, 6) AND e.ends <= 9 ORDER BY e.ends, e.id LIMIT 2");
    CHECK(ending.find("entity_ending") != std::string::npos);
    CHECK(ending.find("TEMP B-TREE") == std::string::npos);
}

}  // namespace menshen::registry::test
