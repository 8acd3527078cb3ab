// kill -9, and a power cut, at named points of a morning at the gate: the same folder must serve the next gate, and
// tell the truth of what happened.
#include <doctest/doctest.h>

#include <array>
#include <fstream>

#include "story.hpp"
#include "support/temporary_folder.hpp"

using namespace menshen::test;
using menshen::support::TemporaryFolder;

namespace {

constexpr const char* journal_writes = "write journal.db-wal";
constexpr const char* journal_sync = "sync journal.db-wal";
constexpr const char* journal_synced = "synced journal.db-wal";
constexpr const char* list_writes = "write whitelist.db-wal";

constexpr std::array points{
    Point{"the first start has made the list's file", Stage::start, "synced whitelist.db.new", 1},
    Point{"the first start is making the journal's tables", Stage::start, "write journal.db.new-wal", 3},
    Point{"the first boot event is durable", Stage::start, "boot"},
    Point{"an import is half written", Stage::import, list_writes, 3},
    Point{"an import is written and not synced", Stage::import, "sync whitelist.db-wal"},
    Point{"an import is synced, nobody was told", Stage::import, "synced whitelist.db-wal"},
    Point{"the import's event is durable", Stage::import, "list_changed"},
    Point{"decision and intent are half written", Stage::admission, journal_writes, 4},
    Point{"decision and intent are written and not synced", Stage::admission, journal_sync},
    Point{"decision and intent are synced, the lane was not told", Stage::admission, journal_synced},
    Point{"the decision is durable", Stage::admission, "decision"},
    Point{"the relay is about to get its pulse", Stage::admission, "pulse"},
    Point{"the relay has got its pulse", Stage::admission, "pulsed"},
    Point{"the intent is durable and told to followers", Stage::admission, "intent"},
    Point{"the outcome is being written", Stage::admission, journal_sync, 2},
    Point{"the outcome is durable, its pictures are not written", Stage::admission, "outcome"},
    Point{"the passage is written and not synced", Stage::admission, journal_sync, 3},
    Point{"the passage is durable, the next car comes", Stage::admission, "passage"},
    Point{"a visitor is half written into the list", Stage::visitor, list_writes, 2},
    Point{"a visitor is on the list, his event is not written", Stage::visitor, "synced whitelist.db-wal"},
    Point{"the visitor's event is durable, the car is judged again", Stage::visitor, "visitor_registered"},
    Point{"the visitor's car is about to get its pulse", Stage::visitor, "pulse"},
    Point{"a guard's action is not synced", Stage::by_hand, journal_sync},
    Point{"a guard's action is durable", Stage::by_hand, "guard_action"},
    Point{"a guard's opening is about to move the relay", Stage::by_hand, "pulse"},
    Point{"a guard's opening has moved the relay", Stage::by_hand, "pulsed"},
    Point{"a leaving car is about to get its pulse", Stage::leaving, "pulse"},
    Point{"a leaving car has passed", Stage::leaving, "passage"},
    Point{"the lockdown is written and not synced", Stage::lockdown, journal_sync},
    Point{"the lockdown is durable", Stage::lockdown, "mode_changed"},
    Point{"a car is refused in lockdown", Stage::lockdown, "decision"},
    Point{"the lockdown has ended, the waiting car gets its pulse", Stage::lockdown, "pulse"},
    Point{"a second import is half written", Stage::second_import, list_writes, 2},
};

constexpr Point everywhere(int step) {
    return {"", Stage::over, "disk", step};
}

}  // namespace

TEST_CASE("I7, I8, I11, I15: kill -9 and power cut at each named point of a morning") {
    for (const auto& point : points) {
        for (const auto end : {End::killed, End::power_cut}) {
            CAPTURE(std::string(point.name));
            CAPTURE(end == End::power_cut);
            const TemporaryFolder folder;
            const auto told = play(folder.path(), point, end);
            CHECK_FALSE(told.over);  // a point that never comes proves nothing
            check_after(folder.path(), told);
        }
    }
}

TEST_CASE(
    "kill -9 and power cut at each step of the very first start: the next start finishes it and sets nothing aside") {
    for (const auto end : {End::killed, End::power_cut}) {
        int steps = 0;
        for (bool was_killed = true; was_killed; ++steps) {
            const TemporaryFolder folder;
            CAPTURE(steps);
            CAPTURE(end == End::power_cut);
            was_killed = play_start(folder.path(), steps + 1, end);
            check_first_start(folder.path());
        }
        CHECK(steps > 30);
    }
}

TEST_CASE("a start cut off at any step after a damaged list was found: a person is told all the same") {
    for (int step = 1, was_killed = true; was_killed; ++step) {
        const TemporaryFolder folder;
        CAPTURE(step);
        REQUIRE_FALSE(play_start(folder.path(), 1'000'000, End::killed));
        std::ofstream(folder / "whitelist.db") << "no database";
        was_killed = play_start(folder.path(), step, End::killed);
        CHECK(says_set_aside(folder.path()));
    }
}

TEST_CASE("I7, I8, I11: killed again and again while it starts on what a crash left") {
    for (const auto end : {End::killed, End::power_cut}) {
        const TemporaryFolder folder;
        const auto told = play(folder.path(), {"", Stage::admission, "pulsed"}, end);
        int killed = 0;
        for (int step = 1; play_start(folder.path(), step, end); step += 2) ++killed;
        CHECK(killed >= 3);
        check_after(folder.path(), told);
    }
}

TEST_CASE("I7, I8, I11, I15: kill -9 and power cut at every step of every database" * doctest::skip()) {
    int steps = 0;
    {
        const TemporaryFolder folder;
        const auto told = play(folder.path(), everywhere(1'000'000), End::killed);
        REQUIRE(told.over);
        steps = told.disk_steps;
    }
    for (int step = 1; step <= steps; ++step) {
        const TemporaryFolder folder;
        const auto end = step % 2 == 0 ? End::killed : End::power_cut;
        CAPTURE(step);
        const auto told = play(folder.path(), everywhere(step), end);
        check_after(folder.path(), told);
    }
}
