// One car, from its grant to the arm behind it: what goes as it should, and what does not.
#include <doctest/doctest.h>

#include "script.hpp"

using namespace menshen;
using namespace menshen::lane;

TEST_CASE("I7: a car is granted, drives up, passes; the barrier closes by itself") {
    const State end = play(full_lane(), R"(
        0    sense approach=clear under=clear photocell=clear arm=down -> [idle]
        1    grant 1                      -> [waiting]
        2    sense approach=occupied      -> commit 1 [recording]
        2.1  durable 1                    -> open 1 [opening]
        2.2  ack 1                        -> [opening]
        3    sense arm=between            -> [opening]
        4    sense arm=up                 -> ended 1 opened [open]
        5    sense under=occupied photocell=occupied -> [passing]
        6    sense approach=clear         -> [passing]
        7    sense under=clear photocell=clear -> passage 1 [closing]
        9    sense arm=between            -> [closing]
        10   sense arm=down               -> [idle]
        30   tick                         -> [idle]
    )");
    CHECK_FALSE(end.current);
    CHECK(end.queue.empty());
}
