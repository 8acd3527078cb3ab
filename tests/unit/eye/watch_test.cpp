#include "eye/watch.hpp"

#include <doctest/doctest.h>

using namespace menshen;
using eye::Watch;

namespace {
constexpr Instant at(int ms) {
    return Instant(milliseconds(1'000'000 + ms));
}
Watch beating(int start) {
    Watch watch;
    CHECK(watch.tick(at(start)) == Watch::Action::start);
    watch.started(at(start));
    watch.heartbeat(at(start + 100));
    return watch;
}
}  // namespace

TEST_CASE("a child is started at once, and once") {
    Watch watch;
    CHECK(watch.tick(at(0)) == Watch::Action::start);
    CHECK(watch.tick(at(1)) == Watch::Action::none);
}

TEST_CASE("three seconds without a heartbeat kill a child, said once") {
    Watch watch = beating(0);
    CHECK(watch.tick(at(3099)) == Watch::Action::none);
    CHECK(watch.tick(at(3100)) == Watch::Action::kill);
    CHECK(watch.tick(at(3200)) == Watch::Action::none);
}

TEST_CASE("heartbeats keep it alive") {
    Watch watch = beating(0);
    for (int t = 200; t < 60'000; t += 2900) {
        watch.heartbeat(at(t));
        CHECK(watch.tick(at(t + 2899)) == Watch::Action::none);
    }
}

TEST_CASE("a child that loads its networks has fifteen seconds for its first heartbeat") {
    Watch watch;
    CHECK(watch.tick(at(0)) == Watch::Action::start);
    watch.started(at(0));
    CHECK(watch.tick(at(14'999)) == Watch::Action::none);
    CHECK(watch.tick(at(15'000)) == Watch::Action::kill);
}

TEST_CASE("restarts back off from half a second to ten, and a healthy life forgives") {
    Watch watch;
    int t = 0;
    for (const int pause : {500, 1000, 2000, 4000, 8000, 10'000, 10'000}) {
        REQUIRE(watch.tick(at(t)) == Watch::Action::start);
        watch.started(at(t));
        watch.exited(at(t + 10));
        CHECK(watch.pause() == milliseconds(pause));
        CHECK(watch.tick(at(t + 10 + pause - 1)) == Watch::Action::none);
        t += 10 + pause;
    }
    REQUIRE(watch.tick(at(t)) == Watch::Action::start);
    watch.started(at(t));
    watch.heartbeat(at(t + 30'000));
    watch.exited(at(t + 30'000));
    CHECK(watch.pause() == milliseconds(500));
}
