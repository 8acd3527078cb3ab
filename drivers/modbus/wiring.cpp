#include "modbus/bus.hpp"

namespace menshen::modbus {
namespace {

/// Whether the contact is in its unusual state: loop occupied, photocell broken, arm at this switch, fire.
std::optional<bool> active(const std::optional<InputWiring>& wire, const std::optional<std::vector<bool>>& inputs) {
    if (!wire || !inputs || static_cast<std::size_t>(wire->input) >= inputs->size()) return std::nullopt;
    return inputs->at(static_cast<std::size_t>(wire->input)) == (wire->normally == Normally::open);
}

Level level(std::optional<bool> occupied) {
    if (!occupied) return Level::unknown;
    return *occupied ? Level::occupied : Level::clear;
}

Arm arm(const LaneWiring& wiring, std::optional<bool> up, std::optional<bool> down) {
    if (wiring.arm_up && wiring.arm_down) {
        if (!up || !down || (*up && *down)) return Arm::unknown;
        return *up ? Arm::up : *down ? Arm::down : Arm::between;
    }
    if (up) return *up ? Arm::up : Arm::down;
    if (down) return *down ? Arm::down : Arm::up;
    return Arm::unknown;
}

}  // namespace

Sensors sensors_from(const LaneWiring& wiring, const std::optional<std::vector<bool>>& inputs) {
    Sensors sensors;
    sensors.approach = level(active(wiring.approach, inputs));
    sensors.under = level(active(wiring.under, inputs));
    sensors.photocell = level(active(wiring.photocell, inputs));
    sensors.arm = arm(wiring, active(wiring.arm_up, inputs), active(wiring.arm_down, inputs));
    if (wiring.fire) {
        const auto fire = active(wiring.fire, inputs);
        sensors.fire = !fire ? Contact::fault : *fire ? Contact::fire : Contact::quiet;
    }
    return sensors;
}

}  // namespace menshen::modbus
