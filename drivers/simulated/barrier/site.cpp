#include "site.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace menshen::twin {
namespace json = boost::json;
namespace {

constexpr std::chrono::milliseconds tick_every{10};

template <class T>
T field(const json::object& object, std::string_view name, T otherwise) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return otherwise;
    const auto result = json::try_value_to<T>(*value);
    return result ? *result : otherwise;
}

}  // namespace

Site::Site(boost::asio::io_context& io, Config config)
    : config_(std::move(config)), last_(boot_nanoseconds()), timer_(io) {
    for (std::size_t n = 0; n < config_.lanes.size(); ++n) {
        lanes_.emplace_back(config_.lanes[n].manner);
        lanes_.back().on_event = [this, n](const std::string& what, const std::string& id, const std::string& detail) {
            json::object event{{"event", what}, {"lane", n}};
            if (what == "arm") event["arm"] = detail;
            if (what == "car_left") event["how"] = detail;
            if (what == "approach" || what == "under") event["occupied"] = detail == "occupied";
            if (!id.empty()) event["id"] = id;
            tell(std::move(event));
        };
    }
    board_.on_relay = [this](int relay, bool on) { relay_moved(relay, on); };
    board_.on_pulse = [this](int relay, int milliseconds, bool on) {
        json::object event{{"event", "pulse"}, {"relay", relay}, {"ms", milliseconds}, {"on", on}};
        for (std::size_t n = 0; n < config_.lanes.size(); ++n) {
            const LaneConfig& lane = config_.lanes[n];
            if (lane.open != relay && lane.close != relay && lane.stop != relay) continue;
            event["lane"] = n;
            event["what"] = lane.open == relay ? "open" : lane.close == relay ? "close" : "stop";
        }
        tell(std::move(event));
    };
    wire_inputs();
    tick();
}

Bytes Site::request(std::span<const std::uint8_t> pdu) {
    advance();
    ++requests_;
    return board_.answer(pdu, boot_nanoseconds());
}

void Site::advance() {
    const Nanoseconds now = boot_nanoseconds();
    board_.advance(now);
    const double seconds = std::min(10.0, static_cast<double>(now - last_) * 1e-9 * config_.speed);
    last_ = now;
    for (LaneModel& lane : lanes_) lane.advance(seconds);
    wire_inputs();
}

void Site::tick() {
    timer_.expires_after(tick_every);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        advance();
        tick();
    });
}

void Site::relay_moved(int relay, bool on) {
    for (std::size_t n = 0; n < config_.lanes.size(); ++n) {
        const LaneConfig& lane = config_.lanes[n];
        if (lane.open == relay) lanes_[n].open_contact(on);
        if (lane.close == relay) lanes_[n].close_contact(on);
        if (lane.stop == relay) lanes_[n].stop_contact(on);
    }
    tell({{"event", "relay"}, {"relay", relay}, {"on", on}});
}

void Site::wire_inputs() {
    board_.inputs.fill(false);
    for (std::size_t n = 0; n < config_.lanes.size(); ++n) {
        const LaneConfig& lane = config_.lanes[n];
        const LaneModel& model = lanes_[n];
        set_input(lane.approach, model.approach());
        set_input(lane.under, model.under());
        set_input(lane.photocell, model.photocell());
        set_input(lane.fire, model.fire);
        set_input(lane.arm_up, model.arm() == LaneModel::Arm::up);
        set_input(lane.arm_down, model.arm() == LaneModel::Arm::down);
    }
    for (std::size_t n = 0; n < stuck_.size(); ++n) {
        if (stuck_[n]) board_.inputs[n] = *stuck_[n];
    }
}

void Site::set_input(const std::optional<Wire>& wire, bool active) {
    if (wire) board_.inputs.at(static_cast<std::size_t>(wire->input)) = active != wire->normally_closed;
}

void Site::tell(json::object event) {
    event["t"] = boot_nanoseconds();
    if (on_event) on_event(event);
}

json::object Site::command(const json::object& command) {
    advance();
    const auto what = field<std::string>(command, "do", "");
    if (what == "state") return state();
    const std::string error = carry_out(what, command);
    if (!error.empty()) return {{"ok", false}, {"do", what}, {"error", error}};
    wire_inputs();
    return {{"ok", true}, {"do", what}};
}

std::string Site::carry_out(const std::string& what, const json::object& command) {
    for (const auto& handler : {&Site::road, &Site::wiring, &Site::link}) {
        std::string error = (this->*handler)(what, command);
        if (error != "?") return error;
    }
    return "unknown command; write \"do\": arrive, leave, hand_button, fire, stick, unstick, weld, freeze, thaw, "
           "hang_up, dead, "
           "alive, nonsense, late, speed or state";
}

/// "?" where the command is none of these; so the two below.
std::string Site::road(const std::string& what, const json::object& command) {
    if (what != "arrive" && what != "leave" && what != "hand_button" && what != "fire") return "?";
    const auto n = field<std::size_t>(command, "lane", 0);
    if (n >= lanes_.size()) return "lane: there is none with that number";
    LaneModel& lane = lanes_[n];
    const auto id = field<std::string>(command, "id", "");
    if (what == "fire") lane.fire = field(command, "on", true);
    if (what == "hand_button") lane.hand_button();
    if (what == "leave" && !lane.back_out(id)) return "id: no such car in front of the arm";
    if (what == "arrive") {
        Car car;
        car.id = id;
        car.tailgate = field(command, "tailgate", false);
        car.length = std::clamp(field(command, "length", car.length), 1.0, 20.0);
        car.metres_per_second = std::clamp(field(command, "metres_per_second", car.metres_per_second), 0.1, 20.0);
        if (id.empty() || id.size() > 64) return "id: name the car, up to 64 bytes";
        if (!lane.arrive(std::move(car))) return "a car of that id is there already, or sixteen wait";
    }
    return {};
}

std::string Site::wiring(const std::string& what, const json::object& command) {
    if (what == "speed") {
        const double factor = field(command, "factor", 0.0);
        if (!(factor > 0 && factor <= 100)) return "factor: above 0, up to 100";
        config_.speed = factor;
        return {};
    }
    if (what == "weld") {
        const int relay = field(command, "relay", -1);
        if (relay < 0 || relay >= channels) return "relay: 0 to 7";
        const bool undo = field(command, "undo", false);
        board_.weld(relay, undo ? Board::Weld::none : field(command, "on", true) ? Board::Weld::on : Board::Weld::off);
        return {};
    }
    if (what != "stick" && what != "unstick") return "?";
    const int input = field(command, "input", -1);
    if (input < 0 || input >= channels) return "input: 0 to 7";
    auto& stuck = stuck_.at(static_cast<std::size_t>(input));
    stuck = what == "stick" ? std::optional<bool>(field(command, "value", true)) : std::nullopt;
    return {};
}

std::string Site::link(const std::string& what, const json::object& command) {
    constexpr std::uint64_t always = std::numeric_limits<std::uint64_t>::max();
    const auto call = [](const auto& handlers) {
        for (const auto& handler : handlers) handler();
    };
    const auto count = field<std::uint64_t>(command, "count", 0);
    if (what == "freeze") {
        faults.frozen = true;
    } else if (what == "thaw") {
        faults.frozen = false;
    } else if (what == "hang_up") {
        call(on_hang_up);
    } else if (what == "dead") {
        faults.dead = true;
        call(on_dead);
    } else if (what == "alive") {
        faults = Faults{};
        call(on_alive);
    } else if (what == "nonsense") {
        const auto kind = nonsense_from(field<std::string>(command, "kind", ""));
        if (!kind)
            return "kind: none, transaction, unit, function, truncated, exception, bytes, crc, garbage, flood or twice";
        faults.nonsense = *kind;
        faults.nonsense_left = count == 0 ? always : count;
    } else if (what == "late") {
        faults.late_ms = std::clamp(field(command, "ms", 0), 0, 60'000);
        faults.late_left = count == 0 ? always : count;
    } else {
        return "?";
    }
    return {};
}

json::object Site::state() {
    json::array lanes;
    for (const LaneModel& lane : lanes_) {
        json::array cars;
        for (const Car& car : lane.cars()) cars.push_back(json::object{{"id", car.id}, {"front", car.front}});
        lanes.push_back(json::object{{"arm", to_string(lane.arm())},
                                     {"position", lane.position()},
                                     {"approach", lane.approach()},
                                     {"under", lane.under()},
                                     {"photocell", lane.photocell()},
                                     {"fire", lane.fire},
                                     {"cars", std::move(cars)}});
    }
    json::array relays;
    json::array pulses;
    for (int n = 0; n < channels; ++n) {
        relays.push_back(board_.relay(n));
        pulses.push_back(board_.pulses(n));
    }
    return {{"ok", true},
            {"do", "state"},
            {"lanes", std::move(lanes)},
            {"relays", std::move(relays)},
            {"pulses", std::move(pulses)},
            {"inputs", json::array(board_.inputs.begin(), board_.inputs.end())},
            {"requests", requests_},
            {"foreign", foreign},
            {"writes", board_.writes()},
            {"t", boot_nanoseconds()}};
}

}  // namespace menshen::twin
