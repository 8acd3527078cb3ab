#include "support/gate_box.hpp"

#include <boost/json/value.hpp>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace menshen::support {

namespace {

constexpr const char* board_file = R"(
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

boost::json::object ready_line(Program& program, const std::string& what) {
    auto line = program.line();
    if (!line.contains("ready")) throw std::runtime_error(what + " does not start; see its .log");
    return line;
}

}  // namespace

GateBox::GateBox(const std::filesystem::path& parent)
    : folder(parent.empty() ? TemporaryFolder() : TemporaryFolder(parent)) {
    std::ofstream(file("board.toml")) << board_file;
    start_board();
    write_site(folder.path().string(), port_, 20);
}

void GateBox::start_board() {
    board.reset();
    board.emplace(std::vector<std::string>{program_folder() + "/menshen-twin-barrier", "--control", "0", "--speed", "5",
                                           "--config", file("board.toml"), "--modbus", std::to_string(port_)},
                  file("board.log"));
    const auto ready = ready_line(*board, "the board");
    port_ = ready.at("modbus").to_number<std::uint16_t>();
    control_.emplace(LineSocket::to_port(ready.at("control").to_number<std::uint16_t>()));
}

void GateBox::start_gate() {
    gate.reset();
    gate.emplace(std::vector<std::string>{program_folder() + "/menshen-gate", "--site", file("site.toml")},
                 file("gate.log"));
    (void)ready_line(*gate, "the gate");
    eye_.emplace(file("eye.sock"), two_lanes[0].camera, two_lanes[0].lane);
}

std::optional<std::string> GateBox::board_event(int wait_ms) {
    while (const auto line = control_->line(wait_ms)) {
        const auto* event = line->if_contains("event");
        if (event == nullptr) continue;
        std::string what(event->as_string());
        if (const auto* arm = line->if_contains("arm")) what += " " + std::string(arm->as_string());
        const auto* occupied = line->if_contains("occupied");
        if (occupied != nullptr && !occupied->as_bool()) what += " clear";
        return what;
    }
    return std::nullopt;
}

boost::json::object GateBox::status() const {
    auto to_gate = admin();
    to_gate.send({{"verb", "status"}});
    auto said = to_gate.line();
    return said ? std::move(*said) : boost::json::object{};
}

bool GateBox::has_fault(std::string_view fault) const {
    const auto said = status();
    const auto* faults = said.if_contains("faults");
    if (faults == nullptr) return false;
    for (const auto& each : faults->as_array()) {
        if (each.at("fault").as_string() == fault) return true;
    }
    return false;
}

bool until(const std::function<bool()>& done, seconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() > end) return false;
        ::usleep(5'000);
    }
    return true;
}

}  // namespace menshen::support
