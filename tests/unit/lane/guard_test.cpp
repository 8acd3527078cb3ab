// Guard, lockdown, hold, fire, boot and the bus.
#include <doctest/doctest.h>

#include "script.hpp"

using namespace menshen;
using namespace menshen::lane;

TEST_CASE("I12: a guard's close is refused on presence, on an unknown sensor, and told why") {
    play_from_open(full_lane(), R"(
        5    close                -> refused close: approach occupied [open]
        6    sense under=occupied -> [passing]
        7    close                -> refused close: under occupied [passing]
        8    sense approach=clear photocell=unknown ->
        8.5  sense under=unknown  ->
        9    close                -> refused close: under unknown
        10   sense under=clear    -> passage 1 [closing]
        11   close                -> refused close: photocell unknown
        12   sense photocell=clear ->
        13   close                -> close [closing]
        15   sense arm=down       -> [idle]
    )");
}

TEST_CASE("a guard's close drops what was granted") {
    play_from_open(full_lane(), R"(
        5    grant 2              ->
        6    sense approach=clear ->
        7    close                -> dropped 2 closed; close [closing]
    )");
}

TEST_CASE("I12: a lane with nothing under the arm is never closed by us") {
    Config c = full_lane();
    c.has_under = c.has_photocell = false;
    c.close = CloseBy::menshen;
    play_from_open(c, R"(
        5    sense approach=clear -> [open]
        6    close                -> refused close: nothing watches under the arm
        8    tick                 -> [closing]
        20   sense arm=down       -> [idle]
    )");
}

TEST_CASE("stop: the arm stays, the queue is dropped, the next grant goes on") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1   -> commit 1
        2.1  durable 1 -> open 1
        2.2  grant 2   -> [opening]
        2.3  stop      -> stop; ended 1 unknown; dropped 2 stopped [stopped]
        2.4  ack 1     -> [stopped]
        3    sense arm=between -> [stopped]
        9    grant 3   -> commit 3 [recording]
        9.1  durable 3 -> open 3
    )");
}

TEST_CASE("stop under a car: its passage still counts") {
    play_from_open(full_lane(), R"(
        5    sense under=occupied photocell=occupied -> [passing]
        6    stop                -> stop [stopped]
        7    sense approach=clear -> [stopped]
        8    sense under=clear photocell=clear -> passage 1 [stopped]
        9    close               -> close [closing]
    )");
}

TEST_CASE("G12: hold opens, opens again when the arm falls, and lets go") {
    play_from_quiet(full_lane(), R"(
        1    hold              -> open 0 [held]
        3    sense arm=up      -> [held]
        4    sense approach=occupied ->
        5    sense under=occupied photocell=occupied ->
        6    sense approach=clear ->
        7    sense under=clear photocell=clear -> passage 0 [held]
        20   sense arm=between -> open 0 [held]
        21   sense arm=down    -> [held]
        31   tick              -> raise arm_not_up; open 0 [held]
        33   sense arm=up      -> clear arm_not_up
        34   hold              -> [held]
        35   grant 1           -> dropped 1 held [held]
        40   release           -> [closing]
        45   sense arm=down    -> [idle]
    )");
}

TEST_CASE("hold takes over what was going on") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1   -> commit 1 [recording]
        2.1  hold      -> dropped 1 held; open 0 [held]
        2.2  durable 1 -> ended 1 not_opened [held]
    )");
}

TEST_CASE("G12: lockdown drops the queue, admits only guards, and ends a hold") {
    play_from_quiet(full_lane(), R"(
        1    grant 1   -> [waiting]
        2    grant 2   -> [waiting]
        3    lockdown  -> dropped 2 lockdown; dropped 1 lockdown [idle]
        4    grant 3   -> dropped 3 lockdown [idle]
        5    hold      -> refused hold: lockdown
        6    guard 4   -> commit 4 [recording]
        6.1  durable 4 -> open 4 [opening]
        7    unlock    -> [opening]
        8    hold      -> ended 4 unknown; open 0 [held]
        9    lockdown  -> [idle]
    )");
}

TEST_CASE("I12: lockdown forces no arm down on a car") {
    Config c = full_lane();
    c.close = CloseBy::menshen;
    play_from_open(c, R"(
        5    sense under=occupied photocell=occupied -> [passing]
        6    lockdown             -> [passing]
        7    sense approach=clear ->
        60   sense under=clear photocell=clear -> passage 1 [closing]
        62   tick                 -> close [closing]
        65   sense arm=down       -> [idle]
    )");
}

TEST_CASE("I14: fire opens in the middle of a passage, latched until a guard resets with a quiet contact") {
    play_from_open(full_lane(), R"(
        5    grant 2                -> [open]
        5.5  sense under=occupied   -> [passing]
        6    sense fire=fire        -> dropped 2 fire; open 0 [fire]
        7    grant 3                -> dropped 3 fire
        8    guard 4                -> dropped 4 fire
        9    close                  -> refused close: fire
        10   stop                   -> refused stop: fire
        11   hold                   -> refused hold: fire
        12   reset                  -> refused fire_reset: fire contact not quiet
        13   sense approach=clear   ->
        14   sense under=clear      -> passage 1 [fire]
        15   sense fire=quiet       -> [fire]
        16   sense arm=between      -> 
        17   tick                   -> open 0 [fire]
        18   sense arm=up           -> [fire]
        19   reset                  -> [closing]
        20   sense arm=down         -> [idle]
    )");
}

TEST_CASE("I14: fire holds the coil where that is wired") {
    Config c = full_lane();
    c.fire = FireAction::hold_coil;
    play_from_quiet(c, R"(
        1    sense approach=occupied -> [idle]
        2    grant 1          -> commit 1 [recording]
        2.1  sense fire=fire  -> dropped 1 fire; coil on [fire]
        2.2  durable 1        -> ended 1 not_opened [fire]
        5    sense arm=up fire=quiet -> [fire]
        6    reset            -> coil off [closing]
    )");
}

TEST_CASE("I14: fire with nothing to do for us still stops all else") {
    Config c = full_lane();
    c.fire = FireAction::none;
    play_from_quiet(c, R"(
        1    sense fire=fire  -> [fire]
        2    grant 1          -> dropped 1 fire
        3    sense arm=up     -> [fire]
        4    sense arm=down   -> [fire]
        5    sense fire=quiet ->
        6    reset            -> [idle]
    )");
}

TEST_CASE("I14: fire wins over hold and lockdown and is there after a lost bus") {
    play_from_quiet(full_lane(), R"(
        1    hold             -> open 0 [held]
        2    sense fire=fire  -> open 0 [fire]
        3    lockdown         -> [fire]
        4    bus-down         -> raise bus_down [offline]
        5    reset            -> refused fire_reset: bus_down
        6    bus-up           -> clear bus_down [booting]
        6.5  reset            -> refused fire_reset: booting
        7    sense fire=quiet -> open 0 [fire]
        8    reset            -> [idle]
        9    grant 1          -> dropped 1 lockdown
    )");
}

TEST_CASE("a broken fire wire is a fault, neither fire nor quiet") {
    play_from_quiet(full_lane(), R"(
        1    sense fire=fault -> raise fire_contact [idle]
        2    sense fire=fire  -> clear fire_contact; open 0 [fire]
        3    sense fire=fault -> raise fire_contact [fire]
        4    reset            -> refused fire_reset: fire contact not quiet
    )");
}

TEST_CASE("boot: no output before the board was read; what stands there proves nothing") {
    play(full_lane(), R"(
        0    tick     -> [booting]
        1    grant 1  -> dropped 1 booting
        1.1  guard 2  -> dropped 2 booting
        1.2  close    -> refused close: booting
        1.3  stop     -> refused stop: booting
        1.4  hold     -> refused hold: booting
        1.5  sense    -> [booting]
        2    sense approach=occupied under=occupied photocell=occupied arm=up -> [idle]
        3    sense approach=clear -> [idle]
        4    sense under=clear photocell=clear -> [idle]
        5    sense arm=down  -> [idle]
        6    sense arm=up    -> alarm opened_externally 0 [idle]
    )");
}

TEST_CASE("boot into a fire") {
    play(full_lane(), "0 sense fire=fire -> open 0 [fire]");
}

TEST_CASE("I16: the bus goes down while an opening is out: nothing is sent again") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1   -> commit 1
        2.1  durable 1 -> open 1
        2.2  grant 2   ->
        2.3  bus-down  -> ended 1 unknown; dropped 2 bus_down; raise bus_down [offline]
        2.4  ack 1     -> [offline]
        2.5  grant 3   -> dropped 3 bus_down
        2.6  guard 4   -> dropped 4 bus_down
        2.7  close     -> refused close: bus_down
        2.8  sense     -> [offline]
        2.9  bus-down  -> [offline]
        9    bus-up    -> clear bus_down [booting]
        9.1  bus-up    -> [booting]
        9.2  sense arm=up -> [idle]
        9.3  sense arm=down -> [idle]
        9.4  grant 5   -> commit 5 [recording]
    )");
}

TEST_CASE("I16: the bus goes down during a recording and during a hold") {
    play_from_quiet(full_lane(), R"(
        1    sense approach=occupied -> [idle]
        2    grant 1   -> commit 1
        2.1  bus-down  -> dropped 1 bus_down; raise bus_down [offline]
        2.2  durable 1 -> ended 1 not_opened [offline]
        3    bus-up    -> clear bus_down
        3.1  sense     -> [idle]
        4    hold      -> open 0 [held]
        5    bus-down  -> raise bus_down [offline]
        6    bus-up    -> clear bus_down
        6.1  sense     -> [idle]
        60   tick      -> [idle]
    )");
}
