// Two cars and more: the order of cars, who follows whom, who comes from where.
#include <doctest/doctest.h>

#include "script.hpp"

using namespace menshen;
using namespace menshen::lane;

TEST_CASE("I15: two cars, two openings, in the order of cars") {
    play_from_open(full_lane(), R"(
        5    grant 2               -> [open]
        6    sense under=occupied photocell=occupied -> [passing]
        7    sense approach=clear    ->
        8    sense approach=occupied ->
        9    sense under=clear photocell=clear -> passage 1; commit 2 [recording]
        9.1  durable 2             -> open 2 [opening]
        9.2  ack 2                 -> ended 2 opened [open]
        11   sense under=occupied photocell=occupied -> [passing]
        12   sense approach=clear  ->
        13   sense under=clear photocell=clear -> passage 2 [closing]
        15   sense arm=down        -> [idle]
    )");
}

TEST_CASE("the second car opens again an arm that falls behind the first") {
    play_from_open(full_lane(), R"(
        5    grant 2               -> [open]
        6    sense under=occupied photocell=occupied -> [passing]
        7    sense approach=clear    ->
        9    sense under=clear photocell=clear -> passage 1 [waiting]
        10   sense arm=between       -> [waiting]
        11   sense approach=occupied -> commit 2 [recording]
        11.1 durable 2             -> open 2
        11.2 ack 2                 -> [opening]
        13   sense arm=up          -> ended 2 opened [open]
    )");
}

TEST_CASE("I15: a board that does not answer while the arm is still up for the car before") {
    play_from_open(full_lane(), R"(
        5    grant 2               -> [open]
        6    sense under=occupied photocell=occupied -> [passing]
        9    sense under=clear photocell=clear -> passage 1; commit 2 [recording]
        9.1  durable 2             -> open 2
        12.1 timeout 2             -> [opening]
        20.1 tick                  -> ended 2 opened [open]
    )");
}

TEST_CASE("the second car drives through before its intent is written: passage, and no second opening") {
    play_from_open(full_lane(), R"(
        5    grant 2               -> [open]
        6    sense under=occupied photocell=occupied -> [passing]
        9    sense under=clear photocell=clear -> passage 1; commit 2 [recording]
        9.2  sense under=occupied photocell=occupied -> [recording]
        9.4  sense approach=clear  ->
        9.5  tick                  -> raise slow_storage
        10   sense under=clear photocell=clear -> passage 2; dropped 2 passed [closing]
        10.1 durable 2             -> ended 2 not_opened; clear slow_storage [closing]
    )");
}

TEST_CASE("a queue that is full: the guard is told, the car dropped") {
    play_from_open(full_lane(), R"(
        5    grant 2  ->
        6    grant 3  ->
        7    grant 4  -> alarm queue_full 1; dropped 4 queue_full [open]
        8    withdraw 2 -> dropped 2 withdrawn
        9    grant 5  -> [open]
    )");
}

TEST_CASE("queued grants that are never served expire, each in its time") {
    Config c = full_lane();
    c.passage_within = seconds(100);
    play_from_open(c, R"(
        5    grant 2  ->
        6    grant 3  ->
        7    sense under=occupied photocell=occupied -> [passing]
        127  tick     -> raise photocell_blind
        135  tick     -> dropped 2 expired
        136  tick     -> dropped 3 expired [passing]
    )");
}

TEST_CASE("the second car's grant expires at the arm when it does not drive up") {
    play_from_open(full_lane(), R"(
        5    grant 2  ->
        6    sense under=occupied photocell=occupied -> [passing]
        7    sense approach=clear    ->
        9    sense under=clear photocell=clear -> passage 1 [waiting]
        39   tick     -> dropped 2 expired [closing]
    )");
}

TEST_CASE("G11: a car without a grant follows through: passage without authorisation, and tailgate") {
    play_from_open(full_lane(), R"(
        6    sense under=occupied photocell=occupied -> [passing]
        7    sense approach=clear    ->
        7.5  sense approach=occupied ->
        8    sense under=clear photocell=clear -> passage 1 [closing]
        9    sense under=occupied photocell=occupied -> [closing]
        10   sense approach=clear    ->
        11   sense under=clear photocell=clear -> passage 0; alarm tailgate 1 [closing]
        13   sense arm=down          -> [idle]
    )");
}

TEST_CASE("G11: a tailgater where nothing sees the arm") {
    Config c = full_lane();
    c.has_arm = false;
    play_from_open(c, R"(
        6    sense under=occupied photocell=occupied -> [passing]
        8    sense under=clear photocell=clear -> passage 1; ended 1 opened [closing]
        9    sense under=occupied photocell=occupied -> [closing]
        11   sense under=clear photocell=clear -> passage 0; alarm tailgate 1 [closing]
        19   tick -> [idle]
    )");
}

TEST_CASE("a car from the wrong side through an open arm is no passage; the authorised car's still counts") {
    play_from_open(full_lane(), R"(
        5    sense approach=clear  -> [open]
        8    tick                  -> alarm backed_out 1 [closing]
        9    sense under=occupied photocell=occupied -> [closing]
        10   sense approach=occupied ->
        11   sense under=clear photocell=clear -> alarm wrong_way 1 [closing]
    )");
}

TEST_CASE("a guard opens for a car that leaves through the entry: no authorised passage") {
    play_from_quiet(full_lane(), R"(
        1    guard 1     -> commit 1 [recording]
        1.1  durable 1   -> open 1
        1.2  ack 1       ->
        3    sense arm=up -> ended 1 opened [open]
        4    sense under=occupied photocell=occupied -> [open]
        5    sense under=clear photocell=clear approach=occupied -> alarm wrong_way 1 [open]
        9    sense approach=clear -> [open]
        12   tick        -> alarm backed_out 1 [closing]
    )");
}

TEST_CASE("something creeps onto the loop before the closed arm and back: nothing") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    sense under=occupied    -> [idle]
        3    sense under=clear       -> [idle]
        4    grant 1                 -> commit 1
        4.1  sense under=occupied    -> [recording]
        4.2  sense under=clear       -> [recording]
        4.3  durable 1               -> open 1
        4.4  sense under=occupied    ->
        4.5  sense under=clear       -> [opening]
    )");
}

TEST_CASE("a car drives through an arm that is broken off: opened_externally") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    sense under=occupied photocell=occupied -> [idle]
        3    sense approach=clear    -> [idle]
        4    sense under=clear photocell=clear -> passage 0; alarm opened_externally 0 [idle]
    )");
}

TEST_CASE("a guard's opening goes before the queue, and needs no car") {
    play_from_quiet(full_lane(), R"(
        1    grant 1   -> [waiting]
        2    grant 2   -> [waiting]
        3    guard 3   -> commit 3 [recording]
        3.1  durable 3 -> open 3 [opening]
        3.2  guard 4   -> alarm queue_full 3; dropped 2 queue_full [opening]
        3.3  ack 3     ->
        5    sense arm=up -> ended 3 opened [open]
        6    sense approach=occupied ->
        7    sense under=occupied photocell=occupied ->
        8    sense under=clear photocell=clear -> passage 3; commit 4 [recording]
    )");
}

TEST_CASE("a guard asks again while the arm falls: at once") {
    play_from_open(full_lane(), R"(
        5    guard 2           -> [open]
        6    sense arm=between -> commit 2 [recording]
        6.1  durable 2         -> open 2
        6.2  ack 2             ->
        8    sense arm=up      -> ended 2 opened [open]
    )");
}
