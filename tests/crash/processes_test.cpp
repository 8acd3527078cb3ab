// The real menshen-gate and a real board on Modbus TCP (menshen-twin-barrier), killed at observed moments of an arrival
// and started again. The test is the eye.
#include "support/processes.hpp"

#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <set>

#include "audit.hpp"
#include "support/temporary_folder.hpp"

using namespace menshen;
using support::two_lanes;

namespace {

constexpr const char* twin_file = R"(
[[lane]]
open = 0
close = -1
stop = -1
approach = { input = 0 }
under = { input = 1 }
arm_up = { input = 2 }
arm_down = { input = 3 }
photocell = { input = -1 }
fire = { input = -1 }
)";

class Scene {
  public:
    Scene() {
        std::ofstream(folder / "twin.toml") << twin_file;
        start_twin();
        support::write_site(folder.path().string(), port_, 20);
        start_gate();
        boost::json::array rows;
        for (int n = 0; n < 40; ++n) rows.push_back({{"line", n + 2}, {"plate", plate(n)}, {"class", "parking"}});
        auto admin = support::LineSocket::to_file(file("admin.sock"));
        admin.send({{"verb", "import"}, {"by", "test"}, {"dry_run", false}, {"rows", std::move(rows)}});
        const auto answer = admin.line();
        REQUIRE(answer);
        REQUIRE(answer->at("ok").as_bool());
    }

    static std::string plate(int car) { return "浙A" + std::to_string(10'000 + car * 1'117); }

    void start_twin() {
        std::vector<std::string> command{support::program_folder() + "/menshen-twin-barrier",
                                         "--control",
                                         "0",
                                         "--speed",
                                         "5",
                                         "--config",
                                         file("twin.toml"),
                                         "--modbus",
                                         std::to_string(port_)};
        twin.emplace(command, file("twin.log"));
        const auto ready = twin->line();
        REQUIRE(ready.contains("ready"));
        port_ = ready.at("modbus").to_number<std::uint16_t>();
        control_.emplace(support::LineSocket::to_port(ready.at("control").to_number<std::uint16_t>()));
    }
    void start_gate() {
        gate.emplace(std::vector<std::string>{support::program_folder() + "/menshen-gate", "--site", file("site.toml")},
                     file("gate.log"));
        REQUIRE(gate->line().contains("ready"));
        eye_.emplace(file("eye.sock"), two_lanes[0].camera, two_lanes[0].lane);
        journal_.emplace(support::LineSocket::to_file(file("admin.sock")));
        journal_->send({{"verb", "events"}, {"after", last_}, {"follow", true}});
    }

    void come_again(int car) {
        const auto id = "car-" + std::to_string(car);
        tell_twin({{"do", "leave"}, {"lane", 0}, {"id", id}});
        REQUIRE(until_seen("car_left"));
        (void)until([] { return false; }, {}, 4000);  // out of view for longer than an arm hides a car
        seen.erase("car_left");
        seen.erase("approach");
        tell_twin({{"do", "arrive"}, {"lane", 0}, {"id", id + "-again"}});
        REQUIRE(until_seen("approach"));
    }
    void tell_twin(const boost::json::object& command) { control_->send(command); }

    /// Takes up what happens until `done`; meanwhile the eye sees `plate`, if any, every 50 ms.
    bool until(const std::function<bool()>& done, const std::string& plate = {}, int limit_ms = 15'000) {
        const auto end = std::chrono::steady_clock::now() + milliseconds(limit_ms);
        auto next_read = std::chrono::steady_clock::now();
        while (!done()) {
            const auto now = std::chrono::steady_clock::now();
            if (now > end) return false;
            if (!plate.empty() && now >= next_read) {
                show(plate);
                next_read = now + milliseconds(50);
            }
            take_up();
        }
        return true;
    }
    bool until_seen(const std::string& what, const std::string& plate = {}) {
        return until([&] { return seen.contains(what); }, plate);
    }
    bool status_has_fault(const std::string& fault) {
        auto admin = support::LineSocket::to_file(file("admin.sock"));
        admin.send({{"verb", "status"}});
        const auto status = admin.line();
        REQUIRE(status);
        for (const auto& each : status->at("faults").as_array()) {
            if (each.at("fault").as_string() == fault.c_str()) return true;
        }
        return false;
    }

    std::set<std::string> seen;  // since the test cleared it: kinds of events, and what the board did
    int pulses = 0;              // of all boards of this scene
    support::TemporaryFolder folder;
    std::optional<support::Program> twin, gate;

  private:
    [[nodiscard]] std::string file(const char* name) const { return (folder / name).string(); }

    void show(const std::string& plate) {
        ++frame_;
        const float y = 500 + static_cast<float>(frame_ % 40);
        try {
            eye_->send(support::make_read("in", frame_, support::boot_now(), plate, x_, y));
        } catch (const std::runtime_error&) {
            // the gate is gone; the test knows
        }
    }
    void take_up() {
        while (const auto line = control_->line(2)) {
            const auto* event = line->if_contains("event");
            if (event == nullptr) continue;
            std::string what(event->as_string());
            if (what == "pulse") ++pulses;
            if (what == "arm") what += " " + std::string(line->at("arm").as_string());
            if (what == "under" && !line->at("occupied").as_bool()) what += " clear";
            seen.insert(what);
        }
        while (const auto line = journal_->line(2)) {
            const auto* event = line->if_contains("event");
            if (event == nullptr) continue;
            last_ = event->at("sequence").to_number<std::uint64_t>();
            seen.insert(std::string(event->at("kind").as_string()));
        }
    }

    std::uint16_t port_ = 0;
    std::optional<support::LineSocket> control_, journal_;
    std::optional<support::EyeSocket> eye_;
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
    scene.tell_twin({{"do", "arrive"}, {"lane", 0}, {"id", "car-" + std::to_string(car)}});
    REQUIRE(scene.until_seen("approach"));
    REQUIRE(scene.until_seen(moment, scene.seen.contains("pulse") ? "" : plate));
    if (moment.empty()) return;
    if (kill_gate) {
        CHECK(scene.gate->end(SIGKILL));
        (void)scene.until([] { return false; }, {}, 100);  // what was on its way to the board
        scene.start_gate();
    } else {
        CHECK(scene.twin->end(SIGKILL));
        scene.start_twin();
        scene.seen.clear();
        REQUIRE(scene.until([&] { return !scene.status_has_fault("bus_down"); }));
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
