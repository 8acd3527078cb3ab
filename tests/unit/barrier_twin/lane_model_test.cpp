// The twin must behave as a barrier does, or what is tested against it proves nothing.
#include "lane_model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace menshen::twin {
namespace {

struct Road {
    LaneModel lane;
    std::vector<std::string> events;
    explicit Road(Manner manner = {}) : lane(manner) {
        lane.on_event = [this](const std::string& what, const std::string& id, const std::string& detail) {
            std::string text = what;
            for (const std::string& part : {id, detail}) {
                if (!part.empty()) text += " " + part;
            }
            events.push_back(text);
        };
    }
    void arrive(const std::string& id, bool tailgate = false) {
        Car car;
        car.id = id;
        car.tailgate = tailgate;
        CHECK(lane.arrive(car));
    }
    void pulse() {
        lane.open_contact(true);
        lane.advance(0.7);
        lane.open_contact(false);
    }
    [[nodiscard]] bool saw(const std::string& event) const {
        return std::find(events.begin(), events.end(), event) != events.end();
    }
};

}  // namespace

TEST_CASE("a car waits on the approach loop, drives through after an opening, and the barrier closes behind it") {
    Road road;
    road.arrive("a");
    road.lane.advance(30);
    CHECK(road.lane.approach());
    CHECK_FALSE(road.lane.under());
    CHECK_FALSE(road.saw("passed a"));
    road.pulse();
    road.lane.advance(20);
    CHECK(road.events == std::vector<std::string>{"approach a occupied", "arm between", "arm up", "under a occupied",
                                                  "approach a clear", "under a clear", "passed a", "arm between",
                                                  "arm down", "car_left a through"});
}

TEST_CASE("the next car waits for an opening of its own, a tailgater does not") {
    for (const bool tailgate : {false, true}) {
        CAPTURE(tailgate);
        Road road;
        road.arrive("a");
        road.arrive("b", tailgate);
        road.lane.advance(8);
        road.pulse();
        road.lane.advance(30);
        CHECK(road.saw("passed a"));
        CHECK(road.saw("passed b") == tailgate);
        if (tailgate) continue;
        road.pulse();
        road.lane.advance(20);
        CHECK(road.saw("passed b"));
    }
}

TEST_CASE("loops can tell a tailgater from the car ahead") {
    Road road;
    road.arrive("a");
    road.arrive("b", true);
    road.lane.advance(8);
    road.pulse();
    int cars = 0;
    bool before = false;
    for (int n = 0; n < 1500; ++n) {
        road.lane.advance(0.02);
        cars += !before && road.lane.under() ? 1 : 0;
        before = road.lane.under();
    }
    CHECK(cars == 2);
}

TEST_CASE("a car under a closing arm makes it rise again") {
    Manner manner;
    manner.closes_itself = false;
    Road road(manner);
    road.pulse();
    road.lane.advance(3);
    REQUIRE(road.lane.arm() == LaneModel::Arm::up);
    road.arrive("a");
    while (!road.saw("approach a occupied")) road.lane.advance(0.1);
    road.lane.advance(1.4);
    road.lane.close_contact(true);
    road.lane.advance(10);
    CHECK(road.saw("passed a"));
    CHECK(road.lane.arm() == LaneModel::Arm::up);
    CHECK_FALSE(road.saw("hit"));
}

TEST_CASE("stop leaves the arm where it is; a hand button opens; a car may back out") {
    Road road;
    road.lane.hand_button();
    road.lane.advance(0.7);
    road.lane.stop_contact(true);
    road.lane.advance(5);
    CHECK(road.lane.arm() == LaneModel::Arm::between);
    Road other;
    other.arrive("a");
    other.lane.advance(5);
    CHECK(other.lane.back_out("a"));
    CHECK_FALSE(other.lane.back_out("nobody"));
    other.lane.advance(10);
    CHECK(other.saw("car_left a back"));
    CHECK(other.lane.cars().empty());
}

}  // namespace menshen::twin
