// Slow disk, stuck loops, blind photocell, an arm with a will of its own, and menshen's own closing.
#include <doctest/doctest.h>

#include "script.hpp"

using namespace menshen;
using namespace menshen::lane;

namespace {

Config closing_lane() {
    Config c = full_lane();
    c.close = CloseBy::menshen;
    return c;
}

}  // namespace

TEST_CASE("I8: a slow disk raises the fault, a slower one sends the car to the guard, the late intent is ended") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1   -> commit 1 [recording]
        2.5  tick      -> raise slow_storage [recording]
        5    tick      -> dropped 1 slow_storage [idle]
        8    durable 1 -> ended 1 not_opened; clear slow_storage [idle]
        8.1  durable 1 -> [idle]
    )");
}

TEST_CASE("a slow disk that answers in time") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1   -> commit 1
        2.5  tick      -> raise slow_storage [recording]
        4    durable 1 -> open 1; clear slow_storage [opening]
    )");
}

TEST_CASE("a dead disk: after two unanswered intents cars go to the guard at once, and he opens at once") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1   -> commit 1
        2.5  tick      -> raise slow_storage
        5    tick      -> dropped 1 slow_storage [idle]
        6    grant 2   -> commit 2
        9    tick      -> dropped 2 slow_storage [idle]
        10   grant 3   -> dropped 3 slow_storage [idle]
        11   guard 4   -> commit 4; open 4 [opening]
        11.1 ack 4     ->
        13   sense arm=up -> ended 4 opened [open]
        60   durable 1 -> ended 1 not_opened
        60.1 durable 2 -> ended 2 not_opened; clear slow_storage
        60.2 durable 4 -> [open]
    )");
}

TEST_CASE("a guard's opening waits half a second for the disk, or opens when it fails") {
    play_from_quiet(full_lane(), R"(
        1    guard 1   -> commit 1 [recording]
        1.5  tick      -> raise slow_storage; open 1 [opening]
        1.6  refused 1 -> ended 1 failed [idle]
        1.7  durable 1 -> clear slow_storage [idle]
        2    guard 2   -> commit 2
        2.1  failed 2  -> raise slow_storage; open 2 [opening]
    )");
}

TEST_CASE("the disk says no: to the guard") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1   -> commit 1
        2.1  failed 1  -> raise slow_storage; dropped 1 storage_failed [idle]
        3    grant 2   -> commit 2
        3.1  durable 2 -> open 2; clear slow_storage
    )");
}

TEST_CASE("I8: an intent that was given up and then fails has no outcome") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1    -> commit 1
        2.1  withdraw 1 -> dropped 1 withdrawn
        2.2  failed 1   -> [idle]
        2.3  durable 1  -> [idle]
    )");
}

TEST_CASE("a stuck approach loop proves no car: guards only, until it clears") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        601  tick      -> raise approach_stuck [idle]
        602  grant 1   -> dropped 1 approach_stuck [idle]
        603  guard 2   -> commit 2 [recording]
        603.1 durable 2 -> open 2
        603.2 refused 2 -> ended 2 failed [idle]
        604  sense approach=clear -> clear approach_stuck
        605  sense approach=occupied ->
        606  grant 3   -> commit 3
    )");
}

TEST_CASE("a stuck approach loop drops who waits") {
    Config c = full_lane();
    c.loop_stuck = seconds(5);
    play_from_open(c, R"(
        5    grant 2  -> [open]
        6    sense under=occupied photocell=occupied ->
        7    tick     -> raise approach_stuck
        8    sense under=clear photocell=clear -> passage 1; dropped 2 approach_stuck [closing]
    )");
}

TEST_CASE("I12: a stuck loop under the arm: no passage is proved, no closing, cars are served on") {
    play_from_open(closing_lane(), R"(
        5    sense under=occupied -> [passing]
        6    sense approach=clear ->
        605  tick                 -> raise under_stuck [closing]
        606  sense approach=occupied ->
        607  grant 2              -> commit 2
        607.1 durable 2           -> open 2
        607.2 ack 2               -> ended 2 opened [open]
        610  sense approach=clear -> [open]
        667.2 tick                -> [closing]
        700  close                -> refused close: under occupied
        701  sense under=clear    -> clear under_stuck [closing]
        703  tick                 -> close
        705  sense arm=down       -> [idle]
    )");
}

TEST_CASE("I12: a photocell occupied too long, and one that sees no car, are both blind: no closing until it changes") {
    play_from_open(closing_lane(), R"(
        5    sense photocell=occupied -> [open]
        6    sense approach=clear under=occupied -> [passing]
        7    sense under=clear   -> passage 1 [closing]
        125  tick                -> raise photocell_blind [closing]
        126  sense photocell=clear -> clear photocell_blind [closing]
        128  tick                -> close
    )");
    play_from_open(closing_lane(), R"(
        5    sense under=occupied approach=clear -> [passing]
        6    sense under=clear approach=occupied -> passage 1 [closing]
        7    sense under=occupied approach=clear ->
        8    sense under=clear approach=occupied -> passage 0; alarm tailgate 1 [closing]
        9    sense under=occupied approach=clear ->
        10   sense under=clear   -> raise photocell_blind; passage 0; alarm tailgate 1 [closing]
        60   close               -> refused close: photocell_blind
        61   sense photocell=occupied ->
        62   sense photocell=clear -> clear photocell_blind
        64   tick                -> close
    )");
}

TEST_CASE("close = menshen: clear for two seconds, closed once, again only after somebody was in the way") {
    play_from_open(closing_lane(), R"(
        5    sense under=occupied photocell=occupied -> [passing]
        6    sense approach=clear ->
        7    sense under=clear photocell=clear -> passage 1 [closing]
        8    sense photocell=occupied -> [closing]
        9    sense photocell=clear -> [closing]
        11   tick                 -> close [closing]
        12   sense arm=between    ->
        12.5 sense photocell=occupied arm=up -> [closing]
        13   sense photocell=clear ->
        15   tick                 -> close
        26   tick                 -> raise arm_not_down [closing]
        60   sense arm=down       -> clear arm_not_down [idle]
    )");
}

TEST_CASE("I12: close = menshen and an unknown sensor: it stays open") {
    play_from_open(closing_lane(), R"(
        5    sense under=occupied photocell=occupied -> [passing]
        6    sense approach=clear ->
        7    sense under=clear photocell=unknown -> passage 1 [closing]
        100  sense photocell=clear under=unknown -> [closing]
        200  sense under=clear approach=unknown -> [closing]
        300  sense approach=clear -> [closing]
        302  tick                 -> close
    )");
}

TEST_CASE("close_past_approach: a car that waits on the approach loop keeps nobody's arm up") {
    Config c = closing_lane();
    c.close_past_approach = true;
    play_from_open(c, R"(
        5    sense under=occupied photocell=occupied -> [passing]
        7    sense under=clear photocell=clear -> passage 1 [closing]
        9    tick                 -> close
    )");
}

TEST_CASE("close = barrier: we never close; an arm that stays up is a fault after a while") {
    play_from_open(full_lane(), R"(
        5    sense under=occupied photocell=occupied -> [passing]
        6    sense approach=clear ->
        7    sense under=clear photocell=clear -> passage 1 [closing]
        67   tick                 -> raise arm_not_down [closing]
        90   sense arm=down       -> clear arm_not_down [idle]
    )");
}

TEST_CASE("I7: an arm that opens by itself is opened_externally, once for each opening") {
    play_from_quiet(full_lane(), R"(
        100  sense arm=between -> [idle]
        101  sense arm=up      -> alarm opened_externally 0 [idle]
        102  sense approach=occupied ->
        103  sense under=occupied photocell=occupied approach=clear ->
        104  sense under=clear photocell=clear -> passage 0 [idle]
        110  sense arm=down    -> [idle]
        200  sense arm=up      -> alarm opened_externally 0 [idle]
    )");
}

TEST_CASE("I7: where nothing sees the arm a car without a grant is opened_externally") {
    Config c = full_lane();
    c.has_arm = false;
    play_from_quiet(c, R"(
        1    sense approach=occupied -> [idle]
        2    sense under=occupied photocell=occupied ->
        3    sense under=clear photocell=clear -> passage 0; alarm opened_externally 0
        4    sense under=occupied photocell=occupied ->
        5    sense under=clear photocell=clear approach=clear -> passage 0
        60   sense approach=occupied -> [idle]
        62   sense under=occupied photocell=occupied ->
        63   sense under=clear photocell=clear -> passage 0; alarm opened_externally 0
    )");
}

TEST_CASE("a welded relay: the arm rises again right after every closing; said once, healed by staying down") {
    play_from_open(full_lane(), R"(
        5    sense under=occupied photocell=occupied -> [passing]
        6    sense approach=clear ->
        7    sense under=clear photocell=clear -> passage 1 [closing]
        10   sense arm=down -> [idle]
        13   sense arm=up   -> alarm opened_externally 0
        20   sense arm=down ->
        23   sense arm=up   -> alarm opened_externally 0; alarm welded_relay 0
        30   sense arm=down ->
        33   sense arm=up   -> alarm opened_externally 0
        40   sense arm=down ->
        60   sense arm=up   -> alarm opened_externally 0
    )");
}
