#include <doctest/doctest.h>

#include <array>
#include <fstream>

#include "store/owned.hpp"
#include "support/temporary_folder.hpp"

using namespace menshen;
using namespace menshen::store;

namespace {

constexpr std::array two = {Migration{1, "one", "CREATE TABLE a (x INTEGER) STRICT;"},
                            Migration{2, "two", "ALTER TABLE a ADD COLUMN y INTEGER;"}};
const UtcTime noon{std::chrono::seconds(1'795'000'000)};

OwnedOptions options(std::span<const Migration> migrations = two) {
    OwnedOptions o;
    o.application_id = 77;
    o.migrations = migrations;
    return o;
}

}  // namespace

TEST_CASE("a new file is created with all migrations, and opened again as it is") {
    support::TemporaryFolder folder;
    {
        auto owned = open_owned(folder / "x.db", options(), noon);
        REQUIRE(owned.ok());
        CHECK(owned->created);
        CHECK(owned->database.execute("INSERT INTO a VALUES (1, 2)").ok());
    }
    auto again = open_owned(folder / "x.db", options(), noon);
    REQUIRE(again.ok());
    CHECK_FALSE(again->created);
    CHECK_FALSE(again->set_aside);
    CHECK(again->database.number("SELECT y FROM a")->value_or(0) == 2);
}

TEST_CASE("a database that a newer release has changed is opened by the one before") {
    support::TemporaryFolder folder;
    { REQUIRE(open_owned(folder / "x.db", options(), noon).ok()); }
    auto older = open_owned(folder / "x.db", options(std::span(two).first(1)), noon);
    REQUIRE(older.ok());
    CHECK_FALSE(older->set_aside);
    CHECK(older->database.execute("INSERT INTO a (x) VALUES (1)").ok());
}

TEST_CASE("a migration that fails leaves the database as it was") {
    support::TemporaryFolder folder;
    { REQUIRE(open_owned(folder / "x.db", options(std::span(two).first(1)), noon).ok()); }
    constexpr std::array bad = {two[0], Migration{2, "bad", "CREATE TABLE c (z); nonsense;"}};
    CHECK_FALSE(open_owned(folder / "x.db", options(bad), noon).ok());
    auto back = open_owned(folder / "x.db", options(), noon);
    REQUIRE(back.ok());
    CHECK(back->database.number("SELECT count(*) FROM sqlite_master WHERE name = 'c'")->value_or(9) == 0);
}

TEST_CASE("a second owner is refused") {
    support::TemporaryFolder folder;
    auto first = open_owned(folder / "x.db", options(), noon);
    REQUIRE(first.ok());
    auto second = open_owned(folder / "x.db", options(), noon);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == Errc::denied);
}

TEST_CASE("what is not our whole database is set aside, kept, and replaced") {
    support::TemporaryFolder folder;
    const auto file = folder / "x.db";
    std::string why;
    SUBCASE("empty") {
        std::ofstream(file).flush();
        why = "empty";
    }
    SUBCASE("another program's text") {
        std::ofstream(file) << std::string(5000, 'x');
        why = "not a database";
    }
    SUBCASE("another program's database") {
        auto other = Database::open(file, {});
        REQUIRE(other->execute("CREATE TABLE migration (a); PRAGMA application_id=3").ok());
        why = "another program";
    }
    SUBCASE("cut off") {
        {
            auto owned = open_owned(file, options(), noon);
            REQUIRE(owned->database
                        .execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<9999) "
                                 "INSERT INTO a SELECT i, i FROM n")
                        .ok());
        }
        std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
        why = "";
    }
    SUBCASE("a page overwritten") {
        {
            auto owned = open_owned(file, options(), noon);
            REQUIRE(owned->database
                        .execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<9999) "
                                 "INSERT INTO a SELECT i, i FROM n")
                        .ok());
        }
        std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
        damage.seekp(4096 * 5);
        damage << std::string(4096, '\x5A');
        why = "";
    }
    const auto size = std::filesystem::file_size(file);
    auto owned = open_owned(file, options(), noon);
    REQUIRE(owned.ok());
    CHECK(owned->created);
    REQUIRE(owned->set_aside);
    CHECK(owned->set_aside->why.find(why) != std::string::npos);
    CHECK(owned->set_aside->as.string().find(".set-aside-20261118T") != std::string::npos);
    CHECK(std::filesystem::file_size(owned->set_aside->as) == size);
    CHECK(owned->database.number("SELECT count(*) FROM a")->value_or(9) == 0);
}

TEST_CASE("what a creation that was cut off left is removed, and nobody hears of it") {
    support::TemporaryFolder folder;
    for (const char* left : {"x.db.new", "x.db.new-wal", "x.db.new-shm"}) std::ofstream(folder / left) << "half";
    auto owned = open_owned(folder / "x.db", options(), noon);
    REQUIRE(owned.ok());
    CHECK(owned->created);
    CHECK_FALSE(owned->set_aside);
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        CHECK(entry.path().string().find(".new") == std::string::npos);
    }
}

TEST_CASE("a start that was cut off after setting aside: the next one says what was set aside") {
    support::TemporaryFolder folder;
    std::ofstream(folder / "x.db.set-aside-20261118T000000Z") << "old";
    std::ofstream(folder / "x.db.set-aside-20261119T000000Z") << "newer";
    std::ofstream(folder / "x.db.set-aside-20261119T000000Z-wal") << "newer";
    auto owned = open_owned(folder / "x.db", options(), noon);
    REQUIRE(owned.ok());
    REQUIRE(owned->set_aside);
    CHECK(owned->set_aside->as == folder / "x.db.set-aside-20261119T000000Z");
}

TEST_CASE("setting aside twice in one second keeps both") {
    support::TemporaryFolder folder;
    for (const char* content : {"one", "two"}) {
        std::filesystem::remove(folder / "x.db");
        std::ofstream(folder / "x.db") << content;
        REQUIRE(open_owned(folder / "x.db", options(), noon)->set_aside);
    }
    int kept = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        kept += entry.path().string().find("set-aside") != std::string::npos ? 1 : 0;
    }
    CHECK(kept == 2);
}

TEST_CASE("a reader can neither write nor make a file") {
    support::TemporaryFolder folder;
    Options reader;
    reader.role = Role::reader;
    CHECK(Database::open(folder / "none.db", reader).error().code == Errc::not_found);
    auto owned = open_owned(folder / "x.db", options(), noon);
    auto reading = Database::open(folder / "x.db", reader);
    REQUIRE(reading.ok());
    CHECK_FALSE(reading->execute("INSERT INTO a VALUES (1, 2)").ok());
}

TEST_CASE("a transaction that is left is rolled back") {
    support::TemporaryFolder folder;
    auto owned = open_owned(folder / "x.db", options(), noon);
    {
        auto transaction = Transaction::begin(owned->database);
        REQUIRE(owned->database.execute("INSERT INTO a VALUES (1, 2)").ok());
    }
    CHECK(owned->database.number("SELECT count(*) FROM a")->value_or(9) == 0);
}

TEST_CASE("a copy is everything as of one moment, whole and by itself, while the writer goes on") {
    support::TemporaryFolder folder;
    auto owned = open_owned(folder / "x.db", options(), noon);
    REQUIRE(owned.ok());
    REQUIRE(
        owned->database.execute("INSERT INTO a SELECT value, 7 FROM json_each('[' || replace(hex(zeroblob(5000)), "
                                "'00', '1,') || '1]')"));
    Options reading;
    reading.role = Role::reader;
    auto reader = Database::open(folder / "x.db", reading);
    REQUIRE(reader.ok());
    REQUIRE(owned->database.execute("INSERT INTO a VALUES (8, 8)").ok());  // in the WAL
    REQUIRE(reader->copy_to(folder / "copy.db").ok());
    REQUIRE(owned->database.execute("DELETE FROM a").ok());
    CHECK(reader->copy_to(folder / "copy.db").error().code == Errc::conflict);
    CHECK(reader->copy_to(folder / "nowhere/copy.db").ok() == false);
    CHECK_FALSE(std::filesystem::exists(folder / "copy.db-wal"));
    auto copy = open_owned(folder / "copy.db", options(), noon);
    REQUIRE(copy.ok());
    CHECK_FALSE(copy->set_aside);
    CHECK(copy->database.number("SELECT count(*) FROM a")->value_or(0) == 5002);
    CHECK(owned->database.number("SELECT count(*) FROM a")->value_or(1) == 0);
}
