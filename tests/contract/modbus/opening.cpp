// What every board must do, whoever made it: the same cases against our twin and against pymodbus, on TCP and RTU.
#include <doctest/doctest.h>

#include "peers.hpp"

namespace menshen::test {

TEST_CASE_TEMPLATE("an opening is one pulse of the wired length, acknowledged and read back", Board, ALL_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    CHECK(board.peer.pulses(0) == 0);  // coming up writes nothing to a relay
    CHECK(rig.code_of_open() == "ok");
    const auto pulse = board.peer.event("pulse", 2000);
    REQUIRE(!pulse.empty());
    CHECK(pulse.at("relay").as_int64() == 0);
    CHECK(pulse.at("ms").as_int64() == 700);
    rig.let(milliseconds(200));
    CHECK(board.peer.pulses(0) == 1);
    CHECK(rig.lanes[0].relays.empty());  // read back: the relay did as told
}

TEST_CASE_TEMPLATE("close, stop and hold reach their own relays", Board, ALL_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    Barrier& barrier = *rig.lanes[0].barrier;
    CHECK(rig.code([&](Barrier::Done done) { barrier.close(now() + seconds(3), std::move(done)); }) == "ok");
    CHECK(board.peer.pulses(1) == 1);
    CHECK(rig.code([&](Barrier::Done done) { barrier.stop(std::move(done)); }) == "ok");
    CHECK(board.peer.pulses(2) == 1);
    CHECK(rig.code([&](Barrier::Done done) { barrier.hold(true, std::move(done)); }) == "ok");
    CHECK(board.relay(0));
    CHECK(rig.code([&](Barrier::Done done) { barrier.hold(false, std::move(done)); }) == "ok");
    CHECK_FALSE(board.relay(0));
    CHECK(board.peer.pulses(0) == 0);
}

TEST_CASE_TEMPLATE("inputs arrive with their wiring taken into account", Board, ALL_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    const Sensors rest = rig.lanes[0].sensors.back();
    CHECK(rest.approach == Level::clear);
    CHECK(rest.photocell == Level::clear);  // normally closed: its input is on at rest
    CHECK(rest.fire == Contact::quiet);
    CHECK(rest.arm == Arm::unknown);
    board.peer.ask({{"do", "stick"}, {"input", 0}, {"value", true}});
    CHECK(rig.until([&] { return rig.lanes[0].sensors.back().approach == Level::occupied; }));
    board.peer.ask({{"do", "stick"}, {"input", 2}, {"value", false}});
    CHECK(rig.until([&] { return rig.lanes[0].sensors.back().photocell == Level::occupied; }));
    board.peer.ask({{"do", "stick"}, {"input", 3}, {"value", false}});
    CHECK(rig.until([&] { return rig.lanes[0].sensors.back().fire == Contact::fire; }));
}

TEST_CASE_TEMPLATE("an opening whose deadline passes in the queue is never written", Board, ALL_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    CHECK(rig.code_of_open(-milliseconds(1)) == "exhausted");
    board.peer.ask({{"do", "freeze"}});
    rig.let(milliseconds(55));  // the bus is now waiting for a poll's answer
    std::optional<Status> answer;
    rig.lanes[0].barrier->open(now() + milliseconds(10), [&](const Status& status) { answer = status; });
    rig.let(milliseconds(12));
    board.peer.ask({{"do", "thaw"}});
    REQUIRE(rig.until([&] { return answer.has_value(); }));
    CHECK_FALSE(answer->ok());
    REQUIRE(rig.until_up());
    rig.let(milliseconds(100));
    CHECK(board.peer.pulses(0) == 0);
}

TEST_CASE_TEMPLATE("a stop overtakes openings and drops those of its lane", Board, ALL_BOARDS) {
    Board board;
    modbus::BusConfig bus = board.bus();
    bus.timeout = milliseconds(800);
    Rig rig(bus, {{"board", 1, "waveshare-8", milliseconds(50)}}, {usual_wiring(0), usual_wiring(1)});
    REQUIRE(rig.until_up());
    board.peer.ask({{"do", "freeze"}});
    rig.let(milliseconds(70));
    std::vector<std::string> order;
    const auto note = [&](const std::string& what) {
        return [&order, what](const Status& status) { order.push_back(what + (status.ok() ? " ok" : " dropped")); };
    };
    rig.lanes[1].barrier->open(now() + seconds(3), note("other open"));
    rig.lanes[0].barrier->open(now() + seconds(3), note("open"));
    rig.lanes[0].barrier->open(now() + seconds(3), note("open"));
    rig.lanes[0].barrier->stop(note("stop"));
    board.peer.ask({{"do", "thaw"}});
    REQUIRE(rig.until([&] { return order.size() == 4; }));
    CHECK(order == std::vector<std::string>{"open dropped", "open dropped", "stop ok", "other open ok"});
    CHECK(board.peer.pulses(0) == 0);
    CHECK(board.peer.pulses(2) == 1);
    CHECK(board.peer.pulses(4) == 1);
}

}  // namespace menshen::test
