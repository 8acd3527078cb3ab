#include "config.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstdint>
#include <stdexcept>

namespace menshen::twin {
namespace {

[[noreturn]] void wrong(const toml::node& node, const std::string& what) {
    const auto& source = node.source();
    throw std::runtime_error(fmt::format("{}:{}: {}", source.path ? *source.path : "?", source.begin.line, what));
}

int number(const toml::node& node, const char* name, std::int64_t from, std::int64_t to) {
    const auto value = node.value<std::int64_t>();
    if (!value || *value < from || *value > to)
        wrong(node, fmt::format("{} must be a whole number from {} to {}", name, from, to));
    return static_cast<int>(*value);
}

double positive(const toml::node& node, const char* name) {
    const auto value = node.value<double>();
    if (!value || *value <= 0) wrong(node, fmt::format("{} must be a number above 0", name));
    return *value;
}

void wire(const toml::table& lane, const char* name, std::optional<Wire>& out) {
    const toml::node* node = lane.get(name);
    if (node == nullptr) return;
    const toml::table* table = node->as_table();
    if (table == nullptr || table->get("input") == nullptr)
        wrong(*node, fmt::format("{} must be {{ input = 0 }}", name));
    const int input = number(*table->get("input"), "input", -1, 7);
    out.reset();
    if (input < 0) return;
    out = Wire{input, (*table)["normally"].value_or(std::string("open")) == "closed"};
}

void relay(const toml::table& lane, const char* name, std::optional<int>& out) {
    const toml::node* node = lane.get(name);
    if (node == nullptr) return;
    const int n = number(*node, name, -1, 7);
    out = n < 0 ? std::nullopt : std::optional<int>(n);
}

LaneConfig read_lane(const toml::table& table, int n) {
    LaneConfig lane = default_lane(n);
    if (const auto* node = table.get("open")) lane.open = number(*node, "open", 0, 7);
    relay(table, "close", lane.close);
    relay(table, "stop", lane.stop);
    wire(table, "approach", lane.approach);
    wire(table, "under", lane.under);
    wire(table, "photocell", lane.photocell);
    wire(table, "fire", lane.fire);
    wire(table, "arm_up", lane.arm_up);
    wire(table, "arm_down", lane.arm_down);
    lane.manner.closes_itself = table["close_by"].value_or(std::string("barrier")) == "barrier";
    lane.manner.protects = table["protects"].value_or(true);
    if (const auto* node = table.get("up_seconds")) lane.manner.up_seconds = positive(*node, "up_seconds");
    if (const auto* node = table.get("down_seconds")) lane.manner.down_seconds = positive(*node, "down_seconds");
    if (const auto* node = table.get("close_delay_seconds")) {
        lane.manner.close_delay_seconds = positive(*node, "close_delay_seconds");
    }
    return lane;
}

void read_lanes(const toml::node& node, Config& config) {
    const toml::array* lanes = node.as_array();
    if (lanes == nullptr || lanes->empty() || lanes->size() > 2) wrong(node, "write one or two [[lane]]");
    config.lanes.clear();
    for (const toml::node& lane : *lanes) {
        if (!lane.is_table()) wrong(lane, "write [[lane]]");
        config.lanes.push_back(read_lane(*lane.as_table(), static_cast<int>(config.lanes.size())));
    }
}

}  // namespace

LaneConfig default_lane(int lane) {
    const int first = lane * 4;
    LaneConfig config;
    config.open = first;
    config.close = first + 1;
    config.stop = first + 2;
    config.approach = Wire{first, false};
    config.under = Wire{first + 1, false};
    config.photocell = Wire{first + 2, true};
    config.fire = Wire{first + 3, true};
    return config;
}

void read_config(const std::string& path, Config& config) {
    toml::table file;
    try {
        file = toml::parse_file(path);
    } catch (const toml::parse_error& error) {
        throw std::runtime_error(
            fmt::format("{}:{}: {}", path, error.source().begin.line, std::string(error.description())));
    }
    if (const auto* node = file.get("modbus")) config.modbus_port = number(*node, "modbus", 0, 65535);
    if (const auto* node = file.get("control")) config.control_port = number(*node, "control", 0, 65535);
    if (const auto* node = file.get("baud")) config.baud = number(*node, "baud", 1200, 921600);
    if (const auto* node = file.get("unit")) config.unit = number(*node, "unit", 1, 247);
    if (const auto* node = file.get("speed")) config.speed = positive(*node, "speed");
    config.rtu = file["rtu"].value_or(config.rtu);
    if (const auto* node = file.get("lane")) read_lanes(*node, config);
}

}  // namespace menshen::twin
