// What every board must do, whoever made it: the same cases against our twin and against pymodbus, on TCP and RTU.
#include <doctest/doctest.h>

#include "peers.hpp"

namespace menshen::test {

TEST_CASE_TEMPLATE("an opening is one pulse of the wired length, acknowledged and read back", Board, ALL_BOARDS) {
    Board board;
    Rig rig(board.bus());
    REQUIRE(rig.until_up());
    const auto answer = rig.open();
    REQUIRE(answer.has_value());
    CHECK_MESSAGE(answer->ok(), (answer->ok() ? "" : answer->error().message));
    const auto pulse = board.peer.event("pulse", 2000);
    REQUIRE(!pulse.empty());
    CHECK(pulse.at("relay").as_int64() == 0);
    CHECK(pulse.at("ms").as_int64() == 700);
    rig.let(milliseconds(200));
    CHECK(board.peer.pulses(0) == 1);
    CHECK(rig.lanes[0].relays.empty());
}

}  // namespace menshen::test
