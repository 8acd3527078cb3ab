#include "eye/watch.hpp"

#include <doctest/doctest.h>

#include "moment.hpp"

using namespace menshen;
using eye::Watch;

namespace {
Watch beating(int start) {
    Watch watch;
    CHECK(watch.tick(at(start)) == Watch::Action::start);
    watch.started(at(start));
    watch.heartbeat(at(start + 100));
    return watch;
}
/// Ticks as the parent does, every 100 ms after `from` and once at `to`; when the kill came, or −1.
int killed(Watch& watch, int from, int to) {
    for (int t = from; t < to; t += 100) {
        if (watch.tick(at(t)) == Watch::Action::kill) return t;
    }
    return watch.tick(at(to)) == Watch::Action::kill ? to : -1;
}
}  // namespace

TEST_CASE("a child is started at once, and once") {
    Watch watch;
    CHECK(watch.tick(at(0)) == Watch::Action::start);
    CHECK(watch.tick(at(1)) == Watch::Action::none);
}

TEST_CASE("three seconds without a heartbeat kill a child, said once") {
    Watch watch = beating(0);
    CHECK(killed(watch, 100, 3099) == -1);
    CHECK(watch.tick(at(3100)) == Watch::Action::kill);
    CHECK(watch.tick(at(3200)) == Watch::Action::none);
}

TEST_CASE("heartbeats keep it alive") {
    Watch watch = beating(0);
    for (int t = 200; t < 60'000; t += 2900) {
        watch.heartbeat(at(t));
        CHECK(killed(watch, t, t + 2899) == -1);
    }
}

TEST_CASE("a child that loads its networks has fifteen seconds for its first heartbeat") {
    Watch watch;
    CHECK(watch.tick(at(0)) == Watch::Action::start);
    watch.started(at(0));
    CHECK(killed(watch, 0, 14'999) == -1);
    CHECK(watch.tick(at(15'000)) == Watch::Action::kill);
}

TEST_CASE("a parent that was stopped itself does not blame the child, and is not blind for longer than it was away") {
    Watch watch = beating(0);
    CHECK(killed(watch, 100, 1000) == -1);
    CHECK(watch.tick(at(61'000)) == Watch::Action::none);  // a minute of suspend
    CHECK(killed(watch, 61'100, 70'000) == 63'100);        // 0.9 s of silence before it, 2.1 s after
    Watch heard = beating(0);
    CHECK(killed(heard, 100, 1000) == -1);
    heard.heartbeat(at(61'000));
    CHECK(heard.tick(at(61'000)) == Watch::Action::none);
    CHECK(killed(heard, 61'100, 70'000) == 64'000);
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
