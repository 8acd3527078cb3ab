#include "eye/vitals.hpp"

#include <doctest/doctest.h>

#include "eye/watch.hpp"
#include "moment.hpp"

using namespace menshen;
using eye::Vitals;

namespace {

/// Plays a child and its parent every 100 ms: the grabbing thread enters a call at 0 that is due at `due` and comes
/// back at `back`; the looking thread's last round begins at `look` (until then it begins one every time). When the
/// parent kills, or −1 within 20 s.
int killed(int due, int back, int look) {
    const Vitals vitals;
    eye::Watch watch;
    (void)watch.tick(at(-100));
    watch.started(at(-100));
    for (int t = 0; t < 20'000; t += 100) {
        const Instant grab = t < back ? at(due) : Instant::max();
        if (vitals.may_beat(at(t), grab, at(std::min(t, look)))) watch.heartbeat(at(t));
        if (watch.tick(at(t)) == eye::Watch::Action::kill) return t;
    }
    return -1;
}

constexpr int never = 1'000'000;

}  // namespace

TEST_CASE("the parent's patience and the child's idea of it are the same") {
    CHECK(eye::VitalsPolicy{}.silence == eye::WatchPolicy{}.silence);
}

TEST_CASE("a frame that never comes back kills when it is due") {
    CHECK(killed(3500, never, never) == 3500);
}

TEST_CASE("a read that ends by its timeout of two seconds does not kill, nor an opening that takes its five") {
    CHECK(killed(3500, 2000, never) == -1);
    CHECK(killed(3500, 3400, never) == -1);
    CHECK(killed(8000, 5000, never) == -1);
    CHECK(killed(8000, 7900, never) == -1);
    CHECK(killed(8000, never, never) == 8000);
}

TEST_CASE("a look that is slow lives, one that hangs is killed after four seconds, whatever the camera does") {
    const Vitals vitals;
    CHECK(vitals.may_beat(at(900), Instant::max(), at(0)));
    CHECK_FALSE(vitals.may_beat(at(1100), Instant::max(), at(0)));
    CHECK(killed(never, 0, 0) == 4000);
    CHECK(killed(never, 0, 5000) == 9000);
}
