// Whose wheels are on the approach loop: a grant opens for its own car (I1).
#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace menshen;
using test::Box;
using test::listed;

namespace {

void passes(Box& box, const std::string& plate) {
    box.approach("in", Level::occupied);
    box.see("in", plate);
    REQUIRE(box.until([&] { return box.lane_view("in").at("phase") != "idle"; }));
    box.drive_through("in");
    box.pass_time(seconds(3));
}

/// Eight listed cars come in, and `listed` is on the list.
void learn(Box& box) {
    std::vector<std::pair<std::string, std::string>> list{{listed, ""}};
    for (int i = 0; i < 8; ++i) list.emplace_back("浙B1000" + std::to_string(i), "");
    box.import(list);
    for (int i = 0; i < 8; ++i) passes(box, list[static_cast<std::size_t>(i) + 1].first);
    REQUIRE(box.events(EventKind::passage).size() == 8);
}

}  // namespace

TEST_CASE("a stranger whom no camera reads stands there; the listed car that drives up behind him opens nothing (I1)") {
    Box box;
    box.import({{listed, ""}});
    box.approach("in", Level::occupied);
    box.pass_time(seconds(3));
    for (const float scale : {0.5F, 0.7F, 0.9F}) {
        box.scale = scale;
        box.see("in", listed);
    }
    box.pass_time(seconds(3));
    CHECK(box.board("in").opened == 0);
    CHECK(box.events(EventKind::intent).empty());
    CHECK(box.referred() != 0);
    const auto alarms = box.events(EventKind::alarm);
    REQUIRE(!alarms.empty());
    CHECK(alarms.back().body.at("alarm") == "grant_dropped");
    CHECK(alarms.back().body.at("detail") == "another_car");

    // The stranger backs out, and the listed car comes forward.
    box.approach("in", Level::clear);
    box.scale = 1.2F;
    box.see("in", listed);
    box.approach("in", Level::occupied);
    box.see("in", listed);
    CHECK(box.until([&] { return box.board("in").opened == 1; }));
}

TEST_CASE("a car that is read only when it has stopped on the loop is let in") {
    Box box;
    box.import({{listed, ""}});
    box.approach("in", Level::occupied);
    box.pass_time(seconds(3));
    box.driving = false;
    box.see("in", listed, 15);
    CHECK(box.until([&] { return box.board("in").opened == 1; }));
}

TEST_CASE("a car whose plate is known a moment before the board tells of the loop is let in") {
    Box box;
    box.import({{listed, ""}});
    box.driving = false;
    box.see("in", listed, 1, 800, 0.999F);
    box.approach("in", Level::occupied);
    box.see("in", listed, 3, 800, 0.999F);
    CHECK(box.until([&] { return box.board("in").opened == 1; }));
}

TEST_CASE("a listed car that has stood in view for a second opens nothing for a stranger who comes to the loop (I1)") {
    Box box;
    box.import({{listed, ""}});
    box.driving = false;
    const auto likelihood = {0.9F, 0.999F};  // claimed after the loop's signal, and before it
    for (const auto each : likelihood) {
        box.see("in", listed, 6, 800, each);
        box.approach("in", Level::occupied);
        box.see("in", listed, 15, 800, 0.999F);
        box.pass_time(seconds(3));
        CHECK(box.board("in").opened == 0);
        CHECK(box.referred() != 0);
        box.approach("in", Level::clear);
        box.pass_time(seconds(20));
    }
}

TEST_CASE("a board that misses a poll or two while a car comes does not send it to the guard") {
    Box box;
    box.import({{listed, ""}});
    box.driving = false;
    box.approach("in", Level::unknown);
    box.pass_time(milliseconds(200));
    box.approach("in", Level::occupied);
    box.see("in", listed, 1, 800, 0.999F);
    box.approach("in", Level::unknown);
    box.approach("in", Level::occupied);
    box.see("in", listed, 3, 800, 0.999F);
    CHECK(box.until([&] { return box.board("in").opened == 1; }));
}

TEST_CASE("whoever comes to the loop while the board is silent for long is not taken for the listed one in view (I1)") {
    Box box;
    box.import({{listed, ""}});
    box.driving = false;
    box.approach("in", Level::unknown);
    SUBCASE("and the gate ticks meanwhile") {
        box.pass_time(seconds(2));
    }
    SUBCASE("and the gate's loop stands still meanwhile") {
        box.clock.forward(seconds(2));
    }
    box.approach("in", Level::occupied);
    box.see("in", listed, 15, 800, 0.999F);
    box.pass_time(seconds(3));
    CHECK(box.board("in").opened == 0);
    CHECK(box.referred() != 0);
}

TEST_CASE("once it is known how wide plates are on the loop, a standing car one length behind opens for nobody (I1)") {
    Box first;
    learn(first);
    first.keep_folder();
    first.end();
    Box box(first.folder());  // over a restart, too

    box.scale = 0.7F;  // 63 pixels; 166 are usual
    box.driving = false;
    box.approach("in", Level::occupied);
    box.see("in", listed, 6);
    box.pass_time(seconds(3));
    CHECK(box.board("in").opened == 0);
    CHECK(box.referred() != 0);
    box.scale = 1.8F;
    box.see("in", listed, 6);
    CHECK(box.until([&] { return box.board("in").opened == 1; }));
}

TEST_CASE("a camera that was moved back is learnt anew from the cars that a guard admits") {
    Box box;
    learn(box);
    std::vector<std::pair<std::string, std::string>> list;
    for (int i = 0; i < 12; ++i) list.emplace_back("浙C20" + std::to_string(100 + i), "");
    box.import(list);
    box.scale = 0.5F;  // plates are half as wide on the loop from now on
    box.driving = false;
    int asked = 0;
    for (const auto& [plate, until] : list) {
        box.board("in").opened = 0;
        box.approach("in", Level::occupied);
        for (int i = 0; i < 5; ++i) {
            box.see("in", plate, 6);
            box.pass_time(milliseconds(100));
        }
        if (box.referred() != 0) {
            ++asked;
            const auto referred = box.gate().snapshot().at("referred").as_array().at(0).as_object();
            CHECK(box.command(GuardCommand::Action::admit, "in", referred.at("arrival").to_number<ArrivalId>(), plate));
        }
        REQUIRE(box.until([&] { return box.board("in").opened == 1; }));
        box.drive_through("in");
        box.pass_time(seconds(3));
    }
    CHECK(asked > 0);
    CHECK(asked < 12);
    CHECK(box.referred() == 0);
}

TEST_CASE("a car that stood on the loop before the board was first read is not taken for the listed one in view (I1)") {
    Box box;
    box.import({{listed, ""}});
    box.board("in").link(false);
    box.pass_time(seconds(2));
    box.board("in").sensors.approach = Level::occupied;
    box.board("in").link(true);
    box.settle();
    box.driving = false;
    box.see("in", listed, 6);
    box.pass_time(seconds(3));
    CHECK(box.board("in").opened == 0);
    CHECK(box.referred() != 0);
}
