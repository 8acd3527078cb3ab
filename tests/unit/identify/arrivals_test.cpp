#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "scene.hpp"

using namespace menshen;
using namespace menshen::scene;

namespace {
constexpr const char* mine = "苏B12345";
constexpr const char* twin = "苏B1Z345";
constexpr const char* other = "苏E8K966";

/// A read that leaves no doubt.
Read certain(Watch& w, std::string_view plate, double second) {
    Read r = w.eye.read(plate, {900, 500}, 160, at(second), ++w.frame);
    r.sharpness = r.likelihood = 1;
    for (auto& c : r.characters) c.alternatives = {{c.alternatives[0].character, 1.0F}};
    return r;
}

}  // namespace

TEST_CASE("a car that drives up is claimed once, right, and long before it stands") {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Watch w(seed);
        w.arrive(mine, 0, 6);
        REQUIRE(w.claims.size() == 1);
        const bool told = w.best() == mine || (!w.revisions.empty() && w.revisions.back().candidates[0].plate == mine);
        CHECK(told);
        CHECK(w.claims[0].last_seen <= at(2.2));
        CHECK(w.claims[0].reads >= 1);
        CHECK(w.claims[0].lane == "in");
        CHECK(w.claims[0].colour == PlateColour::blue);
        w.tick(9);
        CHECK(w.gone == std::vector<ArrivalId>{1});
    }
}

TEST_CASE("one certain read is enough, one doubtful read is not") {
    Watch w(1, Noise{0, 0, 0, 0});
    w.take(w.identifier.on_read(certain(w, mine, 0), at(0)));
    CHECK(w.claims.size() == 1);

    Watch doubt(2);
    doubt.see(mine, {900, 500}, 160, 0);
    doubt.tick(1);
    doubt.tick(5);
    CHECK(doubt.claims.empty());
    CHECK_FALSE(doubt.identifier.next_deadline().has_value());
}

TEST_CASE("a car that waits or is parked for eight hours is one arrival") {
    Watch w(3, Noise{0.08, 0.03, 0.02, 0.1});
    w.arrive(mine, 0, 8 * 3600.0);
    CHECK(w.claims.size() == 1);
    CHECK(w.revisions.size() <= 20);
}

TEST_CASE("drop-outs, occlusion and short returns belong to the same arrival") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        Watch w(seed, Noise{0.08, 0.02, 0.02, 0.4});
        w.arrive(mine, 0, 8);
        for (double t = 11; t < 14; t += 0.1) {  // a pedestrian stood in front for three seconds
            ++w.frame;
            w.see(mine, {940, 700}, 160, t);
        }
        w.tick(20);
        w.arrive(mine, 40, 45);  // it reversed and came again within its session
        CHECK(w.claims.size() == 1);
    }
}

TEST_CASE("a parked car behind a lorry for ten minutes is the same car") {
    Watch w(4);
    w.arrive(mine, 0, 60);
    w.tick(65);
    for (double t = 660; t < 670; t += 0.1) {
        ++w.frame;
        w.see(mine, {940, 700}, 160, t);
    }
    CHECK(w.claims.size() == 1);
}

TEST_CASE("two cars nose to tail are two arrivals, look-alike plates or not") {
    for (const char* second : {other, twin}) {
        for (unsigned seed = 1; seed <= 10; ++seed) {
            CAPTURE(second);
            CAPTURE(seed);
            Watch w(seed, Noise{0.02, 0, 0, 0.1});
            for (double t = 0; t < 6; t += 0.1) {  // both in view, one behind the other
                ++w.frame;
                const auto way = static_cast<float>(std::min(1.0, t / 3));
                w.see(mine, {900, 500 + 300 * way}, 130 + 50 * way, t);
                w.see(second, {880, 250 + 200 * way}, 90 + 40 * way, t + 0.0);
            }
            REQUIRE(w.claims.size() == 2);
            std::set<std::string> plates{w.best(0), w.best(1)};
            for (const auto& r : w.revisions) plates.insert(r.candidates[0].plate);
            CHECK(plates.contains(mine));
            CHECK(plates.contains(second));
        }
    }
}

TEST_CASE("a look-alike that drives up after the first has left is another car") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        Watch w(seed, Noise{0.01, 0, 0, 0});
        w.arrive(mine, 0, 5);
        REQUIRE(w.claims.size() == 1);
        w.identifier.passed(1, at(5));
        w.drive_on(mine, 5);
        w.arrive(twin, 9, 14);
        CHECK(w.claims.size() == 2);
    }
}

TEST_CASE("another car in the place of the first, seen without a gap, is another car") {
    Watch w(5, Noise{0.02, 0, 0, 0});
    w.arrive(mine, 0, 5);
    for (double t = 5; t < 9; t += 0.1) {
        ++w.frame;
        w.see("苏B76891", {945, 705}, 158, t);
    }
    CHECK(w.claims.size() == 2);
}

TEST_CASE("another car in the place of one that a single look was enough for is another car") {
    Watch w(6, Noise{0, 0, 0, 0});
    w.take(w.identifier.on_read(certain(w, mine, 0), at(0)));
    REQUIRE(w.claims.size() == 1);
    for (double t = 0.2; t < 3; t += 0.2) w.take(w.identifier.on_read(certain(w, "粤B3C741", t), at(t)));
    REQUIRE(w.claims.size() == 2);
    CHECK(w.best(1) == "粤B3C741");
    CHECK(w.claims[1].arrival != w.claims[0].arrival);
}

TEST_CASE("after it passed, a car comes again as a new arrival, but only once it has left the view") {
    Watch w(6, Noise{0.02, 0, 0, 0});
    w.arrive(mine, 0, 5);
    REQUIRE(w.claims.size() == 1);
    w.identifier.passed(1, at(5));
    for (double t = 5; t < 15; t += 0.1) {  // the loops were wrong: it still stands there
        ++w.frame;
        w.see(mine, {940, 700}, 160, t);
    }
    for (double t = 17; t < 19; t += 0.1) {  // hidden by the arm for two seconds
        ++w.frame;
        w.see(mine, {940, 720}, 165, t);
    }
    CHECK(w.claims.size() == 1);
    w.drive_on(mine, 19);
    w.arrive(mine, 30, 35);
    REQUIRE(w.claims.size() == 2);
    CHECK(w.claims[1].arrival == 2);
}

TEST_CASE("a refused car that comes again after its session is a new arrival") {
    Watch w(7);
    w.arrive(mine, 0, 10);
    w.tick(20);
    w.arrive(mine, 120, 125);
    CHECK(w.claims.size() == 2);
}

TEST_CASE("7 or 8 characters flicker, and the colour helps") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        Watch w(seed, Noise{0.03, 0.3, 0.1, 0});
        w.arrive("苏AD12345", 0, 6);
        REQUIRE(w.claims.size() == 1);
        std::string last = w.best();
        if (!w.revisions.empty()) last = w.revisions.back().candidates[0].plate;
        CHECK(last == "苏AD12345");
    }
}

TEST_CASE("a plate that cannot be read is told once, and revised when it can") {
    Watch w(8);
    const auto blurred = [&](double t) {
        ++w.frame;
        Read r = w.eye.read(mine, {940, 700}, 160, at(t), w.frame);
        r.characters.resize(2);
        r.text = "苏B";
        r.likelihood = 0.1F;
        w.take(w.identifier.on_read(r, at(t)));
    };
    for (double t = 0; t < 5; t += 0.1) blurred(t);
    REQUIRE(w.claims.size() == 1);
    CHECK(w.claims[0].candidates.empty());
    CHECK(w.claims[0].last_seen >= at(1.9));
    for (double t = 5; t < 8; t += 0.1) {
        ++w.frame;
        w.see(mine, {940, 700}, 160, t);
    }
    CHECK(w.claims.size() == 1);
    REQUIRE_FALSE(w.revisions.empty());
    CHECK(w.revisions.back().arrival == w.claims[0].arrival);
    CHECK(w.revisions.back().candidates[0].plate == mine);
}

TEST_CASE("a plate that is cut by the edge of the picture, or far away, is not claimed") {
    Watch w(9);
    for (double t = 0; t < 8; t += 0.1) {
        ++w.frame;
        w.see(mine, {60, 700}, 160, t);
        w.see(other, {900, 200}, 30, t);
    }
    w.tick(20);
    CHECK(w.claims.empty());
}

TEST_CASE("without further reads the settle time brings the claim, at the deadline that was asked for") {
    Watch w(10, Noise{0.3, 0, 0, 0});
    for (const double t : {0.0, 0.1, 0.2}) {
        ++w.frame;
        w.see(mine, {940, 700}, 120, t);
    }
    if (w.claims.empty()) {
        const auto deadline = w.identifier.next_deadline();
        REQUIRE(deadline.has_value());
        CHECK(*deadline <= at(0.701));
        w.take(w.identifier.tick(*deadline));
    }
    CHECK(w.claims.size() == 1);
}

TEST_CASE("reads out of order and from the future do no harm") {
    Watch w(11);
    w.arrive(mine, 0, 3);
    const auto before = w.claims.size();
    Read late = w.eye.read(other, {300, 300}, 200, at(1), 5);
    w.take(w.identifier.on_read(late, at(3.1)));
    Read early = w.eye.read(mine, {940, 700}, 160, at(1e6), 6);
    w.take(w.identifier.on_read(early, at(3.2)));
    w.arrive(mine, 3.3, 6);
    CHECK(w.claims.size() == std::max<std::size_t>(before, 1));
}
