#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "modbus/bus.hpp"

namespace menshen::modbus {
namespace {

LaneWiring wired() {
    LaneWiring wiring;
    wiring.lane = "in";
    wiring.board = "b";
    wiring.approach = InputWiring{0, Normally::open};
    wiring.photocell = InputWiring{1, Normally::closed};
    wiring.fire = InputWiring{2, Normally::closed};
    return wiring;
}

std::string refused(BusConfig bus, BoardConfig board, const LaneWiring& lane) {
    boost::asio::io_context io;
    auto made = Bus::create(io.get_executor(), std::move(bus), *Profiles::load(), {std::move(board)});
    if (!made) return made.error().message;
    const auto barrier = (*made)->lane(lane);
    return barrier ? "none" : barrier.error().message;
}

const BusConfig good_bus{"b1", Tcp{"127.0.0.1", 502}};
const BoardConfig good_board{"b", 1, "waveshare-8"};

}  // namespace

TEST_CASE("normally closed contacts are at rest when their input is on") {
    const auto rest = sensors_from(wired(), std::vector<bool>{false, true, true});
    CHECK(rest.approach == Level::clear);
    CHECK(rest.photocell == Level::clear);
    CHECK(rest.fire == Contact::quiet);
    CHECK(rest.under == Level::unknown);  // not wired
    const auto alarm = sensors_from(wired(), std::vector<bool>{true, false, false});
    CHECK(alarm.approach == Level::occupied);
    CHECK(alarm.photocell == Level::occupied);
    CHECK(alarm.fire == Contact::fire);
}

TEST_CASE("I12: what cannot be read is unknown, and a wired fire contact then is a fault, never quiet") {
    const auto lost = sensors_from(wired(), std::nullopt);
    CHECK(lost.approach == Level::unknown);
    CHECK(lost.photocell == Level::unknown);
    CHECK(lost.fire == Contact::fault);
    CHECK(sensors_from(wired(), std::vector<bool>{true}).photocell == Level::unknown);
    LaneWiring no_fire = wired();
    no_fire.fire.reset();
    CHECK(sensors_from(no_fire, std::nullopt).fire == Contact::quiet);
}

TEST_CASE("the arm's switches: both, one, none") {
    LaneWiring wiring = wired();
    wiring.arm_up = InputWiring{0};
    wiring.arm_down = InputWiring{1};
    CHECK(sensors_from(wiring, std::vector<bool>{true, false, true}).arm == Arm::up);
    CHECK(sensors_from(wiring, std::vector<bool>{false, true, true}).arm == Arm::down);
    CHECK(sensors_from(wiring, std::vector<bool>{false, false, true}).arm == Arm::between);
    CHECK(sensors_from(wiring, std::vector<bool>{true, true, true}).arm == Arm::unknown);
    wiring.arm_down.reset();
    CHECK(sensors_from(wiring, std::vector<bool>{false, true, true}).arm == Arm::down);
    CHECK(sensors_from(wired(), std::vector<bool>{true, true, true}).arm == Arm::unknown);
}

TEST_CASE("mistakes in the wiring are named") {
    const auto says = [](const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    };
    CHECK(refused(good_bus, good_board, wired()) == "none");
    CHECK(says(refused({"b1", Tcp{"barrier.local", 502}}, good_board, wired()), "IPv4 address"));
    CHECK(says(refused({"b1", Tcp{"127.0.0.1", 502}, milliseconds(5000)}, good_board, wired()), "write 20 to 900"));
    CHECK(says(refused({"b1", Rtu{"/dev/ttyUSB0", 9601}}, good_board, wired()), "baud 9601"));
    CHECK(says(refused(good_bus, {"b", 1, "other"}, wired()), "known: eletechsup-n4d8b08, waveshare-8"));
    CHECK(says(refused(good_bus, {"b", 248, "waveshare-8"}, wired()), "unit is 248"));
    LaneWiring lane = wired();
    lane.open = {8, milliseconds(700)};
    CHECK(says(refused(good_bus, good_board, lane), "relays 0 to 7"));
    lane.open = {0, milliseconds(750)};
    CHECK(says(refused(good_bus, good_board, lane), "steps of 100 ms"));
    lane = wired();
    lane.stop = RelayWiring{0, milliseconds(500)};
    CHECK(says(refused(good_bus, good_board, lane), "has another task"));
    lane = wired();
    lane.under = InputWiring{8};
    CHECK(says(refused(good_bus, good_board, lane), "inputs 0 to 7"));
}

}  // namespace menshen::modbus
