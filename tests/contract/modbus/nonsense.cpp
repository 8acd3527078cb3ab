// Boards that lie: whatever comes, the link is declared down or the answer refused; nothing is believed, nothing grows,
// nothing crashes.
#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "peers.hpp"

namespace menshen::test {
namespace {

std::size_t resident_bytes() {
    std::size_t total = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// One kind of nonsense after the other on the same bus: each is survived, and the board is trusted again afterwards.
template <class Board>
void survives(const std::vector<std::string>& kinds) {
    Board board;
    auto bus = board.bus();
    bus.timeout = milliseconds(400);  // of a board that answers, on a machine that is busy with other tests
    Rig rig(std::move(bus));
    std::int64_t opened = 0;
    for (const std::string& kind : kinds) {
        CAPTURE(kind);
        REQUIRE(rig.until_up());
        board.peer.ask({{"do", "nonsense"}, {"kind", kind}});
        REQUIRE(rig.until([&] { return !rig.lanes[0].up(); }));
        const std::size_t before = resident_bytes();
        CHECK(rig.code_of_open() == "unavailable");
        rig.let(milliseconds(150));
        CHECK(resident_bytes() < before + (8U << 20U));
        board.peer.ask({{"do", "alive"}});
        REQUIRE(rig.until_up());
        CHECK(rig.code_of_open() == "ok");
        CHECK(board.peer.pulses(0) == ++opened);
    }
}

}  // namespace

TEST_CASE_TEMPLATE("nonsense over TCP", Board, TCP_BOARDS) {
    survives<Board>({"transaction", "function", "truncated", "bytes", "garbage", "flood", "twice"});
}

TEST_CASE_TEMPLATE("nonsense over RTU", Board, RTU_BOARDS) {
    survives<Board>({"function", "truncated", "bytes", "crc", "garbage", "twice"});
}

TEST_CASE("a board that refuses everything is down, and a refused opening is `denied`") {
    survives<TwinTcp>({"exception"});
    survives<TwinRtu>({"exception"});
    TwinTcp board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    for (int n = 0; n < 5; ++n) {
        board.peer.ask({{"do", "nonsense"}, {"kind", "exception"}, {"count", 1}});
        const std::string code = rig.code_of_open();  // a poll may have taken the exception away
        if (code == "denied") return;
        REQUIRE(rig.until_up());
    }
    FAIL("no opening was refused");
}

TEST_CASE_TEMPLATE("an echo that is not ours is no acknowledgement", Board, ALL_BOARDS) {
    for (const std::string kind : {"bytes", "function"}) {
        CAPTURE(kind);
        Board board;
        modbus::BusConfig bus = board.bus();
        Rig rig(bus, {{"board", 1, "waveshare-8", milliseconds(2000)}});  // polls seldom, so that the command gets it
        REQUIRE(rig.until_up());
        board.peer.ask({{"do", "nonsense"}, {"kind", kind}, {"count", 1}});
        CHECK(rig.code_of_open() == "timeout");
        REQUIRE(rig.until_up());
        CHECK(board.peer.pulses(0) == 1);
    }
}

TEST_CASE_TEMPLATE("a late echo is not taken for the answer to the next command", Board, RTU_BOARDS) {
    Board board;
    Rig rig(board.bus(), {{"board", 1, "waveshare-8", milliseconds(2000)}});
    REQUIRE(rig.until_up());
    board.peer.ask({{"do", "late"}, {"ms", 180}, {"count", 1}});
    CHECK(rig.code_of_open() == "timeout");
    Barrier& barrier = *rig.lanes[0].barrier;
    CHECK(rig.code([&](Barrier::Done done) { barrier.close(now() + seconds(3), std::move(done)); }) == "ok");
    CHECK(board.peer.pulses(0) == 1);
    CHECK(board.peer.pulses(1) == 1);
    CHECK(rig.lanes[0].up());
}

TEST_CASE_TEMPLATE("late inputs are not taken for fresh ones", Board, RTU_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    board.peer.ask({{"do", "late"}, {"ms", 180}, {"count", 1}});
    rig.let(milliseconds(60));  // the answer with a clear loop is made now and comes too late
    board.peer.ask({{"do", "stick"}, {"input", 0}, {"value", true}});
    REQUIRE(rig.until([&] { return rig.lanes[0].sensors.back().approach == Level::occupied; }));
    const auto from = rig.lanes[0].sensors.size();
    rig.let(milliseconds(300));
    // a busy machine may make it unknown for a moment, never clear
    for (auto n = from; n < rig.lanes[0].sensors.size(); ++n) CHECK(rig.lanes[0].sensors[n].approach != Level::clear);
}

TEST_CASE("a dead board on a shared serial line costs the living one next to nothing") {
    TwinRtu board;
    modbus::LaneWiring dead = usual_wiring(1);
    dead.board = "dead";
    Rig rig(board.bus(), {{"board", 1, "waveshare-8", milliseconds(50)}, {"dead", 2, "waveshare-8", milliseconds(50)}},
            {usual_wiring(0), dead});
    REQUIRE(rig.until_up(0));
    REQUIRE(rig.until([&] { return !rig.lanes[1].links.empty(); }));
    CHECK_FALSE(rig.lanes[1].up());
    const auto foreign = board.foreign();
    const auto before = rig.lanes[0].sensors.size();
    rig.let(seconds(3));
    // one try costs at most 0.3 s (time-out and silence), so a twentieth of that time has room for one
    CHECK(board.foreign() <= foreign + 1);
    CHECK(rig.lanes[0].sensors.size() - before > 36);  // of sixty polls
    CHECK(rig.lanes[0].links.size() == 1);
    CHECK(rig.code_of_open(seconds(3), 1) == "unavailable");
    CHECK(rig.code_of_open(seconds(3), 0) == "ok");
}

}  // namespace menshen::test
