// The real menshen-gate and a real board on Modbus TCP (menshen-twin-barrier), killed at observed moments of an arrival
// and started again. The test is the eye.
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <set>

#include "audit.hpp"
#include "support/gate_box.hpp"

using namespace menshen;

namespace {

class Scene : public support::GateBox {
  public:
    Scene() {
        start();
        boost::json::array rows;
        for (int n = 0; n < 40; ++n) rows.push_back({{"line", n + 2}, {"plate", plate(n)}, {"class", "parking"}});
        auto to_gate = admin();
        to_gate.send({{"verb", "import"}, {"by", "test"}, {"dry_run", false}, {"rows", std::move(rows)}});
        const auto answer = to_gate.line();
        REQUIRE(answer);
        REQUIRE(answer->at("ok").as_bool());
    }

    static std::string plate(int car) { return "浙A" + std::to_string(10'000 + car * 1'117); }

    void start() {
        start_gate();
        journal_.emplace(admin());
        journal_->send({{"verb", "events"}, {"after", last_}, {"follow", true}});
    }

    void come_again(int car) {
        const auto id = "car-" + std::to_string(car);
        tell_board({{"do", "leave"}, {"lane", 0}, {"id", id}});
        REQUIRE(until_seen("car_left"));
        (void)until([] { return false; }, {}, 4000);  // out of view for longer than an arm hides a car
        seen.erase("car_left");
        seen.erase("approach");
        tell_board({{"do", "arrive"}, {"lane", 0}, {"id", id + "-again"}});
        REQUIRE(until_seen("approach"));
    }

    /// Takes up what happens until `done`; meanwhile the eye sees `plate`, if any, every 50 ms.
    bool until(const std::function<bool()>& done, const std::string& plate = {}, int limit_ms = 15'000) {
        const auto end = std::chrono::steady_clock::now() + milliseconds(limit_ms);
        auto next_read = std::chrono::steady_clock::now();
        while (!done()) {
            const auto now = std::chrono::steady_clock::now();
            if (now > end) return false;
            if (!plate.empty() && now >= next_read) {
                show_plate(plate);
                next_read = now + milliseconds(50);
            }
            take_up();
        }
        return true;
    }
    bool until_seen(const std::string& what, const std::string& plate = {}) {
        return until([&] { return seen.contains(what); }, plate);
    }

    std::set<std::string> seen;  // since the test cleared it: kinds of events, and what the board did
    int pulses = 0;              // of all boards of this scene

  private:
    void show_plate(const std::string& plate) {
        ++frame_;
        const float y = 500 + static_cast<float>(frame_ % 40);
        try {
            show(support::make_read("in", frame_, support::boot_now(), plate, x_, y));
        } catch (const std::runtime_error&) {
            // the gate is gone; the test knows
        }
    }
    void take_up() {
        while (const auto what = board_event(2)) {
            if (*what == "pulse") ++pulses;
            seen.insert(*what);
        }
        while (const auto line = journal_->line(2)) {
            const auto* event = line->if_contains("event");
            if (event == nullptr) continue;
            last_ = event->at("sequence").to_number<std::uint64_t>();
            seen.insert(std::string(event->at("kind").as_string()));
        }
    }

    std::optional<support::LineSocket> journal_;
    std::uint64_t last_ = 0, frame_ = 0;
    float x_ = 800;
};

/// A car comes; at `moment` something is killed and started again; what is left of the arrival is played to its end.
void arrival(Scene& scene, int car, const std::string& moment, bool kill_gate) {
    CAPTURE(moment);
    CAPTURE(kill_gate);
    const auto plate = Scene::plate(car);
    const int pulses_before = scene.pulses;
    scene.seen.clear();
    scene.tell_board({{"do", "arrive"}, {"lane", 0}, {"id", "car-" + std::to_string(car)}});
    REQUIRE(scene.until_seen("approach"));
    REQUIRE(scene.until_seen(moment, scene.seen.contains("pulse") ? "" : plate));
    if (moment.empty()) return;
    if (kill_gate) {
        CHECK(scene.gate->end(SIGKILL));
        (void)scene.until([] { return false; }, {}, 100);  // what was on its way to the board
        scene.start();
    } else {
        CHECK(scene.board->end(SIGKILL));
        scene.start_board();
        scene.seen.clear();
        REQUIRE(scene.until([&] { return !scene.has_fault("bus_down"); }));
    }
    if (kill_gate) {
        if (!scene.seen.contains("pulse")) {
            // Who stood there before the gate looked is the guard's to judge; it is served when it comes anew.
            CHECK(!scene.until([&] { return scene.seen.contains("pulse"); }, plate, 2500));
            scene.come_again(car);
            REQUIRE(scene.until_seen("pulse", plate));
        }
        REQUIRE(scene.until_seen("car_left"));
        REQUIRE(scene.until_seen("arm down"));
    }
    (void)scene.until([] { return false; }, {}, 300);
    CHECK(scene.pulses - pulses_before <= 1);
}

}  // namespace

TEST_CASE("I7, I8, I11, I15: menshen-gate and the board are killed at moments of an arrival, and serve the next car") {
    Scene scene;
    int car = 0;
    for (const char* moment : {"approach", "decision", "intent", "pulse", "outcome", "arm between", "arm up", "under",
                               "passage", "car_left"}) {
        arrival(scene, car++, moment, true);
    }
    for (const char* moment : {"decision", "pulse", "arm up", "under"}) arrival(scene, car++, moment, false);
    arrival(scene, car++, "car_left", true);
    CHECK(scene.gate->end(SIGTERM));
    const auto found = test::audit(scene.folder.path());
    CHECK(scene.pulses <= found.intents.at("in"));
    CHECK(found.passages >= 6);
}
