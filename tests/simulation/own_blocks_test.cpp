// Blocks made at a gate before it was enrolled: the registry knows nothing of them, and they hold on whatever becomes
// of the list they were written in.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "enrolled.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

constexpr const char* forgiven = "京C77777";  // was blocked, and no longer is
constexpr const char* imported = "京D11111";

/// An enrolled gate whose guard has shut out `listed` before it was enrolled.
struct Blocked {
    std::string folder = enrolled_folder();
    Blocked() {
        Box alone(folder);
        alone.keep_folder();
        alone.import({{imported, ""}});
        std::int64_t last = 0;
        for (const char* plate : {listed, forgiven}) {
            const auto said = alone.ask({{"verb", "block"}, {"by", "test"}, {"plate", plate}, {"reason", "stolen"}});
            REQUIRE(said.at("ok").as_bool());
            last = said.at("id").to_number<std::int64_t>();
        }
        REQUIRE(alone.ask({{"verb", "unblock"}, {"by", "test"}, {"id", last}}).at("ok").as_bool());
    }
    Blocked(const Blocked&) = delete;
    Blocked& operator=(const Blocked&) = delete;
    ~Blocked() { std::filesystem::remove_all(folder); }

    void overwrite_list() const { std::ofstream(folder + "/whitelist.db") << std::string(20'000, 'x'); }
    void change(const std::string& file, const std::string& sql) const {
        auto database = store::Database::open(folder + "/" + file, {});
        REQUIRE(database.ok());
        REQUIRE(database->execute(sql).ok());
    }
};

struct BlockedBox : EnrolledBox {
    explicit BlockedBox(const Blocked& gate) : EnrolledBox(gate.folder), centre(clock.now().utc) {
        keep_folder();
        centre.yard.credential(7, forgiven, 1);
    }
    bool opens(const std::string& plate) {
        approach("in", Level::occupied);
        see("in", plate);
        pass_time(seconds(1));
        return board("in").opened > 0;
    }
    bool is_blocked(const std::string& plate) {
        std::optional<bool> found;
        gate().look_up(plate, [&](const Result<boost::json::object>& answer) {
            found = answer && !answer->at("blocks").as_array().empty();
        });
        REQUIRE(until([&] { return found.has_value(); }));
        return *found;
    }
    Centre centre;
};

bool says_lost(Box& box) {
    const auto state = box.gate().snapshot();
    const auto& faults = state.at("faults").as_array();
    return std::any_of(faults.begin(), faults.end(),
                       [](const auto& one) { return one.at("fault").as_string() == "blocks_lost"; });
}

}  // namespace

TEST_CASE("I2: the gate's own blocks hold when its list is set aside and the registry's lists have come anew") {
    const Blocked gate;
    {
        BlockedBox box(gate);
        box.fill(box.centre);
        CHECK_FALSE(box.opens(listed));
        CHECK(box.reason() == "blocked");
    }
    std::optional<BlockedBox> box;
    SUBCASE("damaged while the gate was off") {
        gate.overwrite_list();
        box.emplace(gate);
        CHECK(box->has_fault("list_set_aside"));
    }
    SUBCASE("gone while the gate was off") {
        for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(gate.folder + "/whitelist.db" + part);
        box.emplace(gate);
    }
    SUBCASE("found damaged in use") {
        box.emplace(gate);
        box->fill(box->centre);
        gate.change("whitelist.db", "UPDATE permit SET body = 'x'");
        (void)box->knows(imported);
        REQUIRE(box->until([&] { return box->has_fault("list_set_aside"); }));
        REQUIRE(box->until([&] { return box->gate().snapshot().at("list").at("blocks") == 1; }));
    }
    CHECK_FALSE(box->gate().snapshot().at("list").at("usable").as_bool());
    box->fill(box->centre);
    CHECK(box->gate().snapshot().at("list").at("usable").as_bool());
    CHECK_FALSE(box->has_fault("list_set_aside"));
    CHECK_FALSE(box->has_fault("blocks_lost"));
    CHECK_FALSE(box->opens(listed));
    CHECK(box->reason() == "blocked");
    CHECK(box->is_blocked(listed));
    CHECK_FALSE(box->is_blocked(forgiven));
    // and once more: what was restored is in both places
    box.reset();
    gate.overwrite_list();
    box.emplace(gate);
    box->fill(box->centre);
    CHECK_FALSE(box->opens(listed));
}

TEST_CASE("the journal lost its copy: the list makes it anew") {
    const Blocked gate;
    gate.change("journal.db", "DELETE FROM meta WHERE key = 'blocks'");
    { const BlockedBox box(gate); }
    gate.overwrite_list();
    BlockedBox box(gate);
    box.fill(box.centre);
    CHECK_FALSE(box.opens(listed));
    CHECK(box.reason() == "blocked");
}

TEST_CASE("list and copy both lost: cars go to the guard until a person has enrolled the gate anew") {
    const Blocked gate;
    { const BlockedBox box(gate); }
    gate.change("journal.db", "DELETE FROM meta WHERE key = 'blocks'");
    gate.overwrite_list();
    for (int start = 0; start < 2; ++start) {
        BlockedBox box(gate);
        CHECK(box.has_fault("blocks_lost"));
        box.fill(box.centre);
        box.pass_time(seconds(30));
        CHECK_FALSE(box.gate().snapshot().at("list").at("usable").as_bool());
        CHECK_FALSE(box.opens(forgiven));
        CHECK(box.referred() != 0);
    }
    enrol(gate.folder);
    BlockedBox box(gate);
    CHECK_FALSE(box.has_fault("blocks_lost"));
    box.fill(box.centre);
    CHECK(box.opens(forgiven));
}

TEST_CASE(
    "a gate with a list of its own: its blocks are there when the list is imported again, or their loss is said") {
    const Blocked gate;
    gate.overwrite_list();
    bool lost = false;
    SUBCASE("the journal has them") {}
    SUBCASE("nobody has") {
        gate.change("journal.db", "DELETE FROM meta WHERE key = 'blocks'");
        lost = true;
    }
    Box alone(gate.folder);
    alone.keep_folder();
    CHECK(says_lost(alone) == lost);
    alone.import({{listed, ""}});
    CHECK_FALSE(says_lost(alone));
    alone.approach("in", Level::occupied);
    alone.see("in", listed);
    alone.pass_time(seconds(1));
    CHECK(alone.board("in").opened == (lost ? 1 : 0));
}

TEST_CASE("a block that is made where others are lost is not taken for all there were") {
    const Blocked gate;
    gate.overwrite_list();
    gate.change("journal.db", "DELETE FROM meta WHERE key = 'blocks'");
    for (int start = 0; start < 2; ++start) {
        Box alone(gate.folder);
        alone.keep_folder();
        CHECK(says_lost(alone));
        const auto plate = start == 0 ? "京E22222" : "京E33333";
        const auto said = alone.ask({{"verb", "block"}, {"by", "test"}, {"plate", plate}, {"reason", "stolen"}});
        REQUIRE(said.at("ok").as_bool());
        alone.pass_time(seconds(30));
    }
    Box alone(gate.folder);
    alone.keep_folder();
    alone.import({{listed, ""}, {"京E22222", ""}});
    CHECK_FALSE(says_lost(alone));
    alone.approach("in", Level::occupied);
    alone.see("in", "京E22222");
    alone.pass_time(seconds(1));
    CHECK(alone.board("in").opened == 0);
}
