// How the twin is wired: options of the command line, or a TOML file with the same names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lane_model.hpp"

namespace menshen::twin {

/// A contact on one of the board's inputs, 0-7.
struct Wire {
    int input = 0;
    bool normally_closed = false;
};

struct LaneConfig {
    int open = 0;
    std::optional<int> close;
    std::optional<int> stop;
    std::optional<Wire> approach, under, photocell, fire, arm_up, arm_down;
    Manner manner;
};

struct Config {
    int modbus_port = 0;  // 0: a free one
    std::string rtu;      // a device, "pty" for a new pseudo terminal, empty for none
    int baud = 9600;
    int unit = 1;
    int control_port = 0;
    double speed = 1.0;  // of cars and arms; pulses stay real
    std::vector<LaneConfig> lanes;
};

/// Lane 0: relays 0 open, 1 close, 2 stop, inputs 0 approach, 1 under, 2 photocell (normally closed), 3 fire (normally
/// closed). Lane 1: relays 4, 5, 6 and inputs 4 to 7 likewise.
[[nodiscard]] LaneConfig default_lane(int lane);

/// Throws std::runtime_error that names file and line:
///   modbus = 5020, rtu = "pty", baud, unit, control, speed, and for each [[lane]]: open, close, stop = relay;
///   approach, under, photocell, fire, arm_up, arm_down = { input = 0, normally = "open" | "closed" };
///   close_by = "barrier" | "menshen", up_seconds, down_seconds, close_delay_seconds, protects.
/// A lane begins as default_lane(); input = -1 takes a contact away.
void read_config(const std::string& path, Config& config);

}  // namespace menshen::twin
