#include "eye/views.hpp"

#include <doctest/doctest.h>

#include "moment.hpp"

using namespace menshen;

namespace {

std::vector<eye::Seen> plate(const std::string& text) {
    eye::Seen seen;
    seen.read.text = text;
    seen.read.characters.resize(7);
    return {seen};
}
const eye::Region half{{0, 0}, {0.5F, 0}, {0.5F, 1}, {0, 1}};

}  // namespace

TEST_CASE("views go out while the gate asks, four a second at most, and end by themselves") {
    eye::Views views;
    CHECK_FALSE(views.due(at(0)));
    views.asked(0, at(0));
    CHECK_FALSE(views.due(at(10)));
    views.asked(1, at(100));
    int sent = 0;
    for (int ms = 100; ms < 10'000; ms += 40) {
        views.asked(1, at(ms));  // nothing new from the gate
        if (views.due(at(ms))) ++sent;
    }
    CHECK(sent >= 12);
    CHECK(sent <= 16);
    CHECK_FALSE(views.wanted(at(4100)));
    views.asked(2, at(10'000));
    CHECK(views.due(at(10'000)));
}

TEST_CASE("a plate is shown while it is looked at, and goes with the look that misses it") {
    eye::Views views;
    views.asked(1, at(0));
    CHECK(views.plates(at(0)).empty());
    views.looked(plate("皖A12345"), at(100));
    REQUIRE(views.plates(at(200)).size() == 1);
    CHECK(views.plates(at(200)).front().characters.empty());
    views.looked({}, at(300));
    CHECK(views.plates(at(310)).empty());
    views.looked(plate("皖A12345"), at(400));
    CHECK(views.plates(at(3300)).size() == 1);
    CHECK(views.plates(at(3400)).empty());  // nobody has looked since
    std::vector<eye::Seen> crowd(12, plate("皖A12345").front());
    views.looked(crowd, at(4000));
    CHECK(views.plates(at(4000)).size() == eye_message::max_view_plates);
}

TEST_CASE("I17: beside the region is searched only for who asked, and only while the region holds no plate") {
    eye::Views views;
    CHECK_FALSE(views.wide_due(half, at(0)));
    views.asked(1, at(0));
    CHECK_FALSE(views.wide_due({}, at(0)));  // the region is everything already
    CHECK(views.wide_due(half, at(0)));
    views.looked(plate("皖A12345"), at(100));
    CHECK_FALSE(views.wide_due(half, at(200)));
    views.looked({}, at(1000));
    CHECK_FALSE(views.wide_due(half, at(2000)));
    CHECK(views.wide_due(half, at(2100)));
    views.looked_wide(plate("皖B67890"), at(2200));
    CHECK_FALSE(views.wide_due(half, at(2300)));
    views.looked({}, at(2400));
    REQUIRE(views.plates(at(2500)).size() == 1);
    CHECK(views.plates(at(2500)).front().text == "皖B67890");
    views.asked(2, at(4000));
    CHECK(views.wide_due(half, at(4200)));
    views.looked(plate("皖A12345"), at(4300));  // the lane's own comes first
    CHECK(views.plates(at(4300)).front().text == "皖A12345");
    views.looked({}, at(4400));
    CHECK(views.plates(at(4400)).empty());
}
