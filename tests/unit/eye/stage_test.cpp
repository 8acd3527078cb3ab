// The threads of a child, without a camera or a network: every wait is for something that the test itself causes.
#include "eye/stage.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <semaphore>
#include <vector>

#include "eye/reading.hpp"
#include "eye/vitals.hpp"

using namespace menshen;
using eye::Look;
using eye::Reading;
using eye::Stage;

namespace {

constexpr milliseconds long_enough{20'000};  // for what happens at once unless something is broken
constexpr milliseconds at_once{0};

/// Work that waits until the test lets it go on, a job at a time.
struct Gate {
    std::counting_semaphore<> entered{0}, open{0};
    void pass() {
        entered.release();
        open.acquire();
    }
};

/// With a plate at each of these places.
Look look(std::uint64_t frame, const std::vector<float>& places) {
    Look look;
    look.frame = frame;
    for (const float x : places) {
        look.found.push_back({{cv::Point2f(x, 100), {x + 90, 100}, {x + 90, 130}, {x, 130}}, 1, 0});
    }
    return look;
}

}  // namespace

TEST_CASE("jobs are done in their order, each once") {
    std::vector<int> done;
    Stage<int> stage({"test", 100, 0}, [&](int job) { done.push_back(job); });
    for (int i = 0; i < 100; ++i) stage.push(i);
    REQUIRE(stage.idle(long_enough));
    REQUIRE(done.size() == 100);
    for (int i = 0; i < 100; ++i) CHECK(done[static_cast<std::size_t>(i)] == i);
    CHECK(stage.began() == Instant::max());
}

TEST_CASE("where every place is taken the newest wins, and who pushes never waits") {
    Gate gate;
    std::vector<int> done;
    Stage<int> stage({"test", 1, 0}, [&](int job) {
        gate.pass();
        done.push_back(job);
    });
    stage.push(1);
    gate.entered.acquire();
    CHECK(stage.room(at_once));
    stage.push(2);
    CHECK_FALSE(stage.room(at_once));
    stage.push(3);
    stage.push(4);
    gate.open.release(2);
    REQUIRE(stage.idle(long_enough));
    CHECK(done == std::vector<int>{1, 4});
    CHECK(stage.room(at_once));
}

TEST_CASE("a job that hangs shows: the child falls silent four seconds after it began, whatever its other threads do") {
    Gate gate;
    Stage<int> stage({"test", 1, 0}, [&](int) { gate.pass(); });
    const Instant before = camera::boot_now();
    stage.push(1);
    gate.entered.acquire();
    const Instant began = stage.began();
    CHECK(began >= before);
    CHECK(began <= camera::boot_now());
    const eye::Vitals vitals;
    CHECK(vitals.may_beat(began + milliseconds(900), Instant::max(), began));
    CHECK_FALSE(vitals.may_beat(began + milliseconds(1100), Instant::max(), began));
    CHECK_FALSE(stage.idle(at_once));
    gate.open.release();
    CHECK(stage.idle(long_enough));
}

TEST_CASE("the end waits for the job at hand and gives up those that wait") {
    Gate gate;
    std::atomic<int> done{0};
    auto stage = std::make_unique<Stage<int>>(eye::StageOptions{"test", 8, 0}, [&](int) {
        gate.pass();
        ++done;
    });
    for (int i = 0; i < 5; ++i) stage->push(i);
    gate.entered.acquire();
    std::latch ending(1);
    std::jthread opener([&] {
        ending.wait();
        gate.open.release(5);
    });
    ending.count_down();
    stage.reset();
    CHECK(done >= 1);
    CHECK(done <= 5);
    const int at_end = done;
    opener.join();
    CHECK(done == at_end);
}

TEST_CASE("looks are read and told in the order of their frames, each once, and come back to the detector") {
    std::vector<std::uint64_t> told;
    std::vector<std::uint64_t> back;
    Reading reading([](Look& l) { l.seen.resize(l.found.size()); }, [&](Look& l) { told.push_back(l.frame); });
    for (std::uint64_t frame = 1; frame <= 50; ++frame) {
        REQUIRE(reading.ready(long_enough));
        reading.give(look(frame, std::vector<float>(frame % 3, static_cast<float>(10 * frame))));
        for (const auto& l : reading.done()) back.push_back(l.frame);
    }
    reading.give(look(51, {900, 1200}));
    REQUIRE(reading.ready(long_enough));
    for (const auto& l : reading.done()) {
        back.push_back(l.frame);
        CHECK(l.seen.size() == l.found.size());
        CHECK(l.done > Instant{});
    }
    CHECK(told == back);
    CHECK(told.front() == 1);
    CHECK(told.back() == 51);
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(reading.done().empty());
}

TEST_CASE("the detector looks ahead by one frame, but waits for the answer where a plate is that was not there") {
    Gate gate;
    Reading reading([&](Look&) { gate.pass(); }, [](Look&) {});
    CHECK(reading.ready(at_once));
    reading.give(look(1, {}));
    gate.entered.acquire();
    CHECK(reading.ready(at_once));  // the next frame while the first is being read
    reading.give(look(2, {}));
    CHECK_FALSE(reading.ready(at_once));  // one waits
    gate.open.release();
    gate.entered.acquire();
    CHECK(reading.ready(at_once));
    reading.give(look(3, {300}));  // a plate
    gate.open.release();
    gate.entered.acquire();
    CHECK_FALSE(reading.ready(at_once));  // nothing waits, but what was found is still being read
    gate.open.release();
    CHECK(reading.ready(long_enough));
    CHECK(reading.done().size() == 3);
    reading.give(look(4, {310}));
    gate.entered.acquire();
    CHECK(reading.ready(at_once));  // the same again is no news
    reading.give(look(5, {310, 800}));
    gate.open.release();
    gate.entered.acquire();
    CHECK_FALSE(reading.ready(at_once));  // a second one
    gate.open.release();
    CHECK(reading.idle(long_enough));
    reading.give(look(6, {310}));
    gate.entered.acquire();
    CHECK(reading.ready(at_once));  // that one is gone is none either
    gate.open.release();
}
