// What was granted or referred, and then things changed: the list, the guard's mind, the car's place.
#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace menshen;
using test::Box;
using test::listed;
using Action = GuardCommand::Action;

namespace {

void block(Box& box, const std::string& plate) {
    const auto answer = box.ask({{"verb", "block"}, {"plate", plate}, {"kind", "block"}, {"reason", "test"}});
    REQUIRE(answer.at("ok") == true);
    box.settle();
}

/// The intent is durable, but the car rolled off the approach loop while it was written.
void roll_off(Box& box) {
    auto& board = box.board("in");
    board.sensors.approach = Level::occupied;
    board.report();
    board.sensors.approach = Level::clear;
    board.report();
    box.settle();
    REQUIRE(box.events(EventKind::intent).size() == 1);
    REQUIRE(box.board("in").opened == 0);
}

}  // namespace

TEST_CASE("grants that are withdrawn before their intent do not use up the lane's patience with the disk") {
    Box box;
    box.import({{"浙A11111", ""}, {"浙B22222", ""}, {"浙C33333", ""}, {listed, ""}});
    for (const char* plate : {"浙A11111", "浙B22222", "浙C33333"}) {
        box.see("in", plate);
        REQUIRE(box.reason() == "permit_valid");
        block(box, plate);
        box.approach("in", Level::occupied);
        CHECK(box.reason() == "blocked");
        box.approach("in", Level::clear);
        box.pass_time(seconds(3));
    }
    CHECK(box.events(EventKind::intent).empty());
    box.see("in", listed);
    box.approach("in", Level::occupied);
    CHECK(box.board("in").opened == 1);
}

TEST_CASE("blocked while its intent is durable and it is off the loop: the arm stays down (I2, I8)") {
    Box box;
    box.import({{listed, ""}});
    box.see("in", listed);
    roll_off(box);
    block(box, listed);
    box.approach("in", Level::occupied);
    box.pass_time(seconds(1));
    CHECK(box.board("in").opened == 0);
    CHECK(box.reason() == "blocked");
    REQUIRE(box.events(EventKind::outcome).size() == 1);
    CHECK(box.events(EventKind::outcome).front().body.at("outcome") == "not_opened");
}

TEST_CASE("another plate is blocked while its intent is durable and it is off the loop: it gets in, by a new intent") {
    Box box;
    box.import({{listed, ""}});
    box.see("in", listed);
    roll_off(box);
    block(box, "浙B22222");
    box.approach("in", Level::occupied);
    CHECK(box.board("in").opened == 1);
    CHECK(box.events(EventKind::intent).size() == 2);
}

TEST_CASE("a permit ends while its intent is durable and the car is off the loop: the arm stays down (I1)") {
    Box box;
    box.import({{listed, "2026-11-23T09:00:10"}});
    box.see("in", listed);
    roll_off(box);
    box.pass_time(seconds(12));
    box.approach("in", Level::occupied);
    CHECK(box.board("in").opened == 0);
    CHECK(box.reason() == "expired");
    CHECK(box.events(EventKind::outcome).size() == 1);
}

TEST_CASE("a guard's refusal stands, however well the camera reads the car afterwards") {
    Box box;
    box.import({{listed, ""}});
    box.approach("in", Level::occupied);
    box.see("in", listed, 3, 800, 0.6F);
    box.pass_time(seconds(1));
    REQUIRE(box.reason() == "uncertain");
    REQUIRE(box.command(Action::refuse, "in", box.referred()));
    box.see("in", listed, 12);
    box.pass_time(seconds(1));
    CHECK(box.board("in").opened == 0);
}

TEST_CASE("lockdown after a restart is what it was before: no lane is held open, no car leaves by itself") {
    Box box;
    CHECK(box.command(Action::lockdown, ""));
    box.keep_folder();
    const auto folder = box.folder();
    box.end();
    Box again(folder);
    CHECK(again.command(Action::hold, "in"));  // the refusal comes on its own
    CHECK(again.board("in").opened == 0);
    again.approach("out", Level::occupied);
    again.see("out", "京N88888");
    CHECK(again.board("out").opened == 0);
}

TEST_CASE("a car that waits for the guard is not forgotten because somebody stands before the camera") {
    Box box;
    box.import({{listed, ""}});
    box.approach("in", Level::occupied);
    box.see("in", "京N88888");
    const auto arrival = box.referred();
    REQUIRE(arrival != 0);
    box.pass_time(seconds(4));
    CHECK(box.referred() == arrival);
    box.see("in", "京N88888");
    CHECK(box.referred() == arrival);
    box.approach("in", Level::clear);
    box.pass_time(seconds(4));
    CHECK(box.referred() == 0);
}

TEST_CASE("the camera reads at last what it could not: the panel is told that the guard need not be asked") {
    Box box;
    box.import({{listed, ""}});
    box.approach("in", Level::occupied);
    box.pass_time(seconds(7));
    REQUIRE(box.referred() != 0);
    std::size_t waiting = 1;
    const auto token = box.gate().subscribe([&](const boost::json::object& message) {
        if (const auto* list = message.if_contains("referred")) waiting = list->as_array().size();
    });
    box.driving = false;
    box.see("in", listed, 15);
    CHECK(box.board("in").opened == 1);
    CHECK(waiting == 0);
}

TEST_CASE("an unread car that was let out and backed away is forgotten") {
    Box box;
    box.approach("out", Level::occupied);
    box.pass_time(seconds(7));
    REQUIRE(box.board("out").opened == 1);
    box.approach("out", Level::clear);
    box.pass_time(seconds(10));
    box.clock.forward(std::chrono::minutes(4));
    box.gate().tick();
    box.settle();
    CHECK(box.lane_view("out").at("arrival").to_number<ArrivalId>() == 0);
}

TEST_CASE("a camera that tries again and again is one fault until it runs") {
    Box box;
    eye_message::Beat beat;
    beat.camera = "cam-in";
    for (const char* state : {"failed", "opening", "failed", "opening", "failed", "running"}) {
        beat.state = state;
        box.gate().eye_handlers().on_beat(beat);
    }
    box.settle();
    CHECK(box.events(EventKind::fault_raised).size() == 1);
    CHECK(box.events(EventKind::fault_cleared).size() == 1);
}

TEST_CASE("a listed car parked in view opens for nobody else (I1)") {
    Box box;
    box.import({{listed, ""}, {"浙B77777", ""}});
    box.driving = false;
    box.see("in", listed, 6, 300);
    CHECK(box.reason() == "permit_valid");

    SUBCASE("a car that no camera reads comes to the loop: the guard looks") {
        box.approach("in", Level::occupied);
        box.pass_time(seconds(7));
        CHECK(box.board("in").opened == 0);
        CHECK(box.events(EventKind::intent).empty());
        CHECK(box.referred() != 0);
    }
    SUBCASE("a listed car drives past it: the opening is that car's") {
        box.driving = true;
        box.see("in", "浙B77777", 4, 900);
        box.approach("in", Level::occupied);
        CHECK(box.until([&] { return box.board("in").opened == 1; }));
        REQUIRE(box.events(EventKind::intent).size() == 1);
        CHECK(box.events(EventKind::intent).front().body.at("plate") == "浙B77777");
    }
    SUBCASE("an unlisted car drives past it: nothing opens") {
        box.driving = true;
        box.see("in", "京N88888", 4, 900);
        box.approach("in", Level::occupied);
        box.pass_time(seconds(5));
        CHECK(box.board("in").opened == 0);
    }
    SUBCASE("it drives up itself: it is let in") {
        box.approach("in", Level::occupied);
        box.driving = true;
        box.see("in", listed, 6, 300);
        CHECK(box.until([&] { return box.board("in").opened == 1; }));
    }
}

TEST_CASE(
    "a listed car parked in view, claimed while another stood on the loop, opens for nobody who comes later (I1)") {
    Box box;
    box.import({{listed, ""}});
    box.see("in", "京N88888", 4, 900);
    box.approach("in", Level::occupied);
    box.driving = false;
    box.see("in", listed, 6, 300);
    CHECK(box.board("in").opened == 0);  // the nearer plate is the other car's
    box.approach("in", Level::clear);
    box.pass_time(milliseconds(500));
    for (int i = 0; i < 6; ++i) box.see("in", listed, 6, 300);
    box.approach("in", Level::occupied);
    for (int i = 0; i < 6; ++i) box.see("in", listed, 6, 300);
    CHECK(box.board("in").opened == 0);
}

TEST_CASE("something unreadable beside a car that is known is asked about only when it stands on the loop itself") {
    Box box;
    box.import({{listed, ""}});
    box.driving = false;
    box.approach("in", Level::occupied);
    const auto both = [&](const std::string& other) {
        for (int i = 0; i < 30; ++i) {
            box.see("in", listed, 1, 800);
            box.see("in", other, 1, 250, other == "浙B77777" ? 0.995F : 0.2F);
        }
    };
    both("京A");
    CHECK(box.board("in").opened == 1);
    CHECK(box.referred() == 0);
    CHECK(box.events(EventKind::decision).size() == 1);
    SUBCASE("it is read at last: an arrival like any other") {
        both("浙B77777");
        CHECK(box.events(EventKind::decision).size() >= 2);
        CHECK(box.referred() != 0);
    }
    SUBCASE("it comes to the loop") {
        box.drive_through("in");
        box.pass_time(seconds(4));
        box.approach("in", Level::occupied);
        for (int i = 0; i < 60; ++i) box.see("in", "京A", 1, 800, 0.2F);
        CHECK(box.reason() == "unreadable");
        CHECK(box.referred() != 0);
    }
}

TEST_CASE("a car that was sent away and comes again within a minute is judged again, and once each time") {
    Box box;
    box.import({});
    box.approach("in", Level::occupied);
    box.see("in", listed);
    CHECK(box.reason() == "unknown_plate");
    const auto before = box.events(EventKind::decision).size();
    box.pass_time(seconds(3));  // somebody stands before the camera
    box.see("in", listed);
    CHECK(box.events(EventKind::decision).size() == before);
    CHECK(box.referred() != 0);
    box.approach("in", Level::clear);
    box.pass_time(seconds(5));
    CHECK(box.referred() == 0);
    box.import({{listed, ""}});
    box.see("in", listed);
    box.approach("in", Level::occupied);
    CHECK(box.reason() == "permit_valid");
    CHECK(box.until([&] { return box.board("in").opened == 1; }));
}
