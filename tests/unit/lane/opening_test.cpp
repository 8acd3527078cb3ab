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

TEST_CASE("a grant waits for its car and expires") {
    play_from_quiet(full_lane(), R"(
        1    grant 1  -> [waiting]
        31   tick     -> dropped 1 expired [idle]
        32   sense approach=occupied -> [idle]
    )");
}

TEST_CASE("a phone's photo of a plate opens nothing: no car on the approach loop, no intent") {
    play_from_quiet(full_lane(), R"(
        1    grant 1                -> [waiting]
        2    sense approach=unknown -> [waiting]
        3    sense approach=clear   -> [waiting]
        31   tick                   -> dropped 1 expired [idle]
    )");
}

TEST_CASE("a car that leaves while its intent is written, and comes back") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1                 -> commit 1 [recording]
        2.1  sense approach=clear    -> [recording]
        2.2  durable 1               -> [waiting]
        5    sense approach=occupied -> open 1 [opening]
    )");
}

TEST_CASE("I8: a car that leaves while its intent is written, for good") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1                 -> commit 1
        2.1  sense approach=clear    ->
        2.2  durable 1               -> [waiting]
        32.2 tick                    -> ended 1 not_opened [idle]
    )");
}

TEST_CASE("a grant is withdrawn: before its intent, during, and too late") {
    play_from_quiet(full_lane(), R"(
        1    grant 1                 -> [waiting]
        2    withdraw 1              -> dropped 1 withdrawn [idle]
        3    sense approach=occupied -> [idle]
        4    grant 2                 -> commit 2 [recording]
        4.1  withdraw 2              -> dropped 2 withdrawn [idle]
        4.2  durable 2               -> ended 2 not_opened [idle]
        5    grant 3                 -> commit 3
        5.1  durable 3               -> open 3
        5.2  withdraw 3              -> [opening]
        5.3  withdraw 99             -> [opening]
    )");
}

TEST_CASE("I15: a grant that is played again opens nothing") {
    play_from_open(full_lane(), R"(
        5    grant 1                 -> dropped 1 replayed [open]
        6    sense under=occupied photocell=occupied -> [passing]
        7    sense approach=clear    ->
        8    sense under=clear photocell=clear -> passage 1 [closing]
        9    sense approach=occupied -> [closing]
        10   grant 1                 -> dropped 1 replayed [closing]
        11   durable 1               -> [closing]
        12   ack 1                   -> [closing]
        13   grant 0                 -> dropped 0 replayed
    )");
}

TEST_CASE("the board refuses the opening") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1                 -> commit 1
        2.1  durable 1               -> open 1
        2.2  refused 1               -> ended 1 failed [idle]
    )");
}

TEST_CASE("the board does not answer, but the arm rises") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1                 -> commit 1
        2.1  durable 1               -> open 1
        5.1  timeout 1               -> [opening]
        7    sense arm=up            -> ended 1 opened [open]
    )");
}

TEST_CASE("the board does not answer and the arm stays down; a late answer changes nothing") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1                 -> commit 1
        2.1  durable 1               -> open 1
        5.1  timeout 1               -> [opening]
        13.1 tick                    -> ended 1 failed [idle]
        14   ack 1                   -> [idle]
    )");
}

TEST_CASE("the board acknowledges and the arm does not move: arm_not_up until it is seen up") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1                 -> commit 1
        2.1  durable 1               -> open 1
        2.2  ack 1                   -> [opening]
        10.2 tick                    -> raise arm_not_up; ended 1 failed [idle]
        20   grant 2                 -> commit 2
        20.1 durable 2               -> open 2
        20.2 ack 2                   ->
        22   sense arm=up            -> clear arm_not_up; ended 2 opened [open]
    )");
}

TEST_CASE("arm switches that say nothing: the loops prove the opening") {
    play_from_quiet(full_lane(), R"(
        0.5  sense arm=unknown       ->
        1    sense approach=occupied -> [idle]
        2    grant 1                 -> commit 1
        2.1  durable 1               -> open 1
        2.2  ack 1                   -> [opening]
        10.2 tick                    -> raise arm_not_up [open]
        12   sense under=occupied photocell=occupied -> [passing]
        13   sense approach=clear    ->
        14   sense under=clear photocell=clear -> passage 1; ended 1 opened [closing]
    )");
}

TEST_CASE("a car that creeps onto the loop before the arm is up") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1                 -> commit 1
        2.1  durable 1               -> open 1
        2.2  ack 1                   ->
        2.5  sense under=occupied photocell=occupied -> [opening]
        4    sense arm=up            -> ended 1 opened [passing]
        5    sense approach=clear    ->
        6    sense under=clear photocell=clear -> passage 1 [closing]
    )");
}

TEST_CASE("a car backs out after the opening: alarm, no passage") {
    play_from_open(full_lane(), R"(
        6    sense approach=clear -> [open]
        9    tick                 -> alarm backed_out 1 [closing]
        12   sense arm=down       -> [idle]
    )");
}

TEST_CASE("a car rolls back a little and on again: one passage") {
    play_from_open(full_lane(), R"(
        6    sense approach=clear    -> [open]
        7    sense approach=occupied -> [open]
        15   sense under=occupied photocell=occupied -> [passing]
        16   sense approach=clear    ->
        17   sense under=clear photocell=clear -> passage 1 [closing]
    )");
}

TEST_CASE("a short car is for a moment on neither loop") {
    play_from_open(full_lane(), R"(
        6    sense approach=clear -> [open]
        8    sense under=occupied photocell=occupied -> [passing]
        9    sense under=clear photocell=clear -> passage 1 [closing]
    )");
}

TEST_CASE("an opening nobody uses is given up") {
    play_from_open(full_lane(), R"(
        64   tick           -> [closing]
        70   sense arm=down -> [idle]
    )");
}

TEST_CASE("the barrier closes by itself on an opening nobody used") {
    play_from_open(full_lane(), R"(
        30   sense arm=between -> [open]
        31   sense arm=down    -> [idle]
    )");
}

TEST_CASE("no arm switches: the loops tell that it opened") {
    Config c = full_lane();
    c.has_arm = false;
    play_from_open(c, R"(
        6    sense under=occupied photocell=occupied -> [passing]
        7    sense approach=clear -> [passing]
        8    sense under=clear photocell=clear -> passage 1; ended 1 opened [closing]
        16   tick                 -> [idle]
    )");
}

TEST_CASE("no arm switches and no car: commanded is all that can be said") {
    Config c = full_lane();
    c.has_arm = false;
    play_from_open(c, "62.2 tick -> ended 1 commanded [closing]");
}

TEST_CASE("a lane without any loop: no passage is ever proved") {
    Config c = full_lane();
    c.has_approach = c.has_under = c.has_photocell = c.has_arm = false;
    play(c, R"(
        0    sense          -> [idle]
        1    grant 1        -> commit 1 [recording]
        1.1  durable 1      -> open 1 [opening]
        1.2  ack 1          -> ended 1 commanded [open]
        2    sense under=occupied -> [open]
        3    sense under=clear    -> [open]
        9.2  tick           -> [closing]
        17.2 tick           -> [idle]
    )");
}

TEST_CASE("an approach loop alone: the car is gone, we cannot say where") {
    Config c = full_lane();
    c.has_under = c.has_photocell = c.has_arm = false;
    play_from_quiet(c, R"(
        1    grant 1                 -> [waiting]
        2    sense approach=occupied -> commit 1
        2.1  durable 1               -> open 1
        2.2  ack 1                   -> ended 1 commanded [open]
        5    sense approach=clear    -> [open]
        8    tick                    -> [closing]
        16   tick                    -> [idle]
    )");
}
