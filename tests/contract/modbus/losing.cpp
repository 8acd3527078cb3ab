// Losing a board and getting it back (I16: a declared safe state, and nothing sent again).
#include <doctest/doctest.h>

#include "peers.hpp"

namespace menshen::test {
namespace {

bool all_unknown(const Sensors& sensors) {
    return sensors.approach == Level::unknown && sensors.under == Level::unknown &&
           sensors.photocell == Level::unknown && sensors.arm == Arm::unknown && sensors.fire == Contact::fault;
}

}  // namespace

TEST_CASE_TEMPLATE("I16: a dead board is down, its inputs unknown, and an opening meanwhile is not sent later", Board,
                   ALL_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    board.peer.ask({{"do", "dead"}});
    REQUIRE(rig.until([&] { return !rig.lanes[0].up(); }));
    CHECK_FALSE(rig.lanes[0].links.back().second.empty());
    REQUIRE(rig.until([&] { return all_unknown(rig.lanes[0].sensors.back()); }));
    CHECK(rig.code_of_open() == "unavailable");
    board.peer.ask({{"do", "alive"}});
    REQUIRE(rig.until_up());
    REQUIRE(rig.until([&] { return !all_unknown(rig.lanes[0].sensors.back()); }));
    rig.let(milliseconds(200));
    CHECK(board.peer.pulses(0) == 0);
    CHECK(rig.code_of_open() == "ok");
    CHECK(board.peer.pulses(0) == 1);
}

TEST_CASE_TEMPLATE("I16: freeze and thaw: an abandoned opening acts at most once and is never repeated", Board,
                   ALL_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    board.peer.ask({{"do", "freeze"}});
    const std::string code = rig.code_of_open();
    CHECK((code == "timeout" || code == "unavailable"));
    REQUIRE(rig.until([&] { return !rig.lanes[0].up(); }));
    CHECK(rig.code_of_open() == "unavailable");
    board.peer.ask({{"do", "thaw"}});
    REQUIRE(rig.until_up());
    rig.let(milliseconds(300));
    const auto pulses = board.peer.pulses(0);
    CHECK(pulses <= (code == "timeout" ? 1 : 0));
    REQUIRE(rig.until_up());  // a busy machine may lose it once more
    CHECK(rig.code_of_open() == "ok");
    CHECK(board.peer.pulses(0) == pulses + 1);
}

TEST_CASE_TEMPLATE("inputs older than two polls are unknown before the link is given up", Board, ALL_BOARDS) {
    Board board;
    modbus::BusConfig bus = board.bus();
    bus.timeout = milliseconds(900);
    Rig rig(bus);
    REQUIRE(rig.until_up());
    board.peer.ask({{"do", "freeze"}});
    REQUIRE(rig.until([&] { return all_unknown(rig.lanes[0].sensors.back()); }));
    CHECK(rig.lanes[0].up());  // still within the timeout of the poll that hangs
    board.peer.ask({{"do", "thaw"}});
    CHECK(rig.until([&] { return !all_unknown(rig.lanes[0].sensors.back()); }));
}

TEST_CASE_TEMPLATE("a connection that is cut comes back by itself", Board, TCP_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    const auto links = rig.lanes[0].links.size();
    board.peer.ask({{"do", "hang_up"}});
    REQUIRE(rig.until([&] { return rig.lanes[0].links.size() >= links + 2 && rig.lanes[0].up(); }));
    CHECK(rig.code_of_open() == "ok");
    CHECK(board.peer.pulses(0) == 1);
}

TEST_CASE_TEMPLATE("the bus shuts down within a second though the board is frozen, and answers what waited", Board,
                   ALL_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    board.peer.ask({{"do", "freeze"}});
    rig.let(milliseconds(60));
    int answers = 0;
    for (int n = 0; n < 3; ++n) rig.lanes[0].barrier->open(now() + seconds(3), [&](const Status&) { ++answers; });
    const Instant began = now();
    rig.bus->stop();
    CHECK(now() - began < seconds(1));
    const auto told = rig.lanes[0].sensors.size();
    rig.let(milliseconds(200));
    CHECK(answers == 3);
    CHECK(rig.lanes[0].sensors.size() == told);  // silence after stop
    CHECK(rig.code_of_open() == "unavailable");
}

TEST_CASE("a welded relay and one that does not move are told") {
    TwinTcp board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    board.peer.ask({{"do", "weld"}, {"relay", 0}, {"on", false}});
    CHECK(rig.code_of_open() == "ok");  // the board acknowledges what its relay does not do
    REQUIRE(rig.until([&] { return !rig.lanes[0].relays.empty(); }));
    CHECK(rig.lanes[0].relays.back().find("reads off") != std::string::npos);
    board.peer.ask({{"do", "weld"}, {"relay", 0}, {"on", true}});
    REQUIRE(rig.until([&] { return rig.lanes[0].relays.back().find("reads on") != std::string::npos; }));
    board.peer.ask({{"do", "weld"}, {"relay", 0}, {"undo", true}});
    CHECK(rig.until([&] { return rig.lanes[0].relays.back().empty(); }));
}

}  // namespace menshen::test
