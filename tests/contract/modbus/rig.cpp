#include "rig.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <ctime>

namespace menshen::test {
using namespace menshen::modbus;

Instant now() {
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return Instant(seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

LaneWiring usual_wiring(int lane) {
    const int first = lane * 4;
    LaneWiring wiring;
    wiring.lane = lane == 0 ? "in" : "out";
    wiring.board = "board";
    wiring.open = {first, milliseconds(700)};
    wiring.close = RelayWiring{first + 1, milliseconds(500)};
    wiring.stop = RelayWiring{first + 2, milliseconds(300)};
    wiring.approach = InputWiring{first, Normally::open};
    wiring.under = InputWiring{first + 1, Normally::open};
    wiring.photocell = InputWiring{first + 2, Normally::closed};
    wiring.fire = InputWiring{first + 3, Normally::closed};
    return wiring;
}

BusConfig tcp_bus(std::uint16_t port, milliseconds timeout) {
    return {"bus", Tcp{"127.0.0.1", port}, timeout};
}

BusConfig rtu_bus(const std::string& device, int baud, milliseconds timeout) {
    return {"bus", Rtu{device, baud}, timeout};
}

Rig::Rig(BusConfig config, std::vector<BoardConfig> boards, std::vector<LaneWiring> wirings) {
    const auto profiles = Profiles::load();
    REQUIRE_MESSAGE(profiles.ok(), profiles.error().message);
    auto made = Bus::create(io.get_executor(), std::move(config), *profiles, std::move(boards));
    REQUIRE_MESSAGE(made.ok(), made.error().message);
    bus = std::move(*made);
    lanes.resize(wirings.size());
    for (std::size_t i = 0; i < wirings.size(); ++i) {
        auto barrier = bus->lane(wirings[i]);
        REQUIRE_MESSAGE(barrier.ok(), barrier.error().message);
        Seen& seen = lanes[i];
        seen.barrier = *barrier;
        seen.barrier->on_sensors = [&seen](const Sensors& sensors) { seen.sensors.push_back(sensors); };
        seen.barrier->on_link = [&seen](bool up, const std::string& detail) { seen.links.emplace_back(up, detail); };
        seen.barrier->on_relays = [&seen](const std::string& wrong) { seen.relays.push_back(wrong); };
    }
    bus->start();
}

bool Rig::until(const std::function<bool()>& so, Duration limit) {
    const Instant end = now() + limit;
    while (!so()) {
        if (now() >= end) return false;
        io.restart();
        io.run_one_for(milliseconds(20));
    }
    return true;
}

void Rig::let(Duration time) {
    static_cast<void>(until([] { return false; }, time));
}

std::string Rig::code(const std::function<void(Barrier::Done)>& command) {
    auto answer = std::make_shared<std::optional<Status>>();
    command([answer](const Status& status) { *answer = status; });
    until([&] { return answer->has_value(); });
    if (!*answer) return "none";
    return (*answer)->ok() ? "ok" : std::string(to_string((*answer)->error().code));
}

std::string Rig::code_of_open(Duration within, std::size_t lane) {
    return code([&](Barrier::Done done) { lanes[lane].barrier->open(now() + within, std::move(done)); });
}

}  // namespace menshen::test
