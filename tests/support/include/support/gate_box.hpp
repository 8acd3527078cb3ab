// One gate box as it stands at an entry: the real gate, a board on Modbus TCP, an eye that the test plays. Blocking.
#pragma once

#include <filesystem>
#include <functional>

#include "support/processes.hpp"
#include "support/temporary_folder.hpp"

namespace menshen::support {

/// The site of write_site in a folder of its own; gate and board are processes that can be killed and started again.
class GateBox {
  public:
    /// In memory, or below `parent`. Starts the board, so that site.toml can name its port; the gate comes later.
    explicit GateBox(const std::filesystem::path& parent = {});

    /// Five times as quick as a real one. It comes back at the port that it had, and knows no car.
    void start_board();
    /// Ends one that runs, as a power cut does. Ready when this returns, with the entry's eye connected.
    void start_gate();

    /// To the board's people: cars that come and leave.
    void tell_board(const boost::json::object& command) const { control_->send(command); }
    /// What happened at the board since: `pulse`, `arm up`, `approach`, `approach clear` …; waits at most `wait_ms`.
    [[nodiscard]] std::optional<std::string> board_event(int wait_ms);
    /// The entry's camera. Throws std::runtime_error when the gate has gone.
    void show(const eye_message::Message& message) const { eye_->send(message); }

    [[nodiscard]] LineSocket admin() const { return LineSocket::to_file(file("admin.sock")); }
    [[nodiscard]] boost::json::object status() const;
    [[nodiscard]] bool has_fault(std::string_view fault) const;
    [[nodiscard]] std::string file(const char* part) const { return (folder / part).string(); }

    TemporaryFolder folder;
    std::optional<Program> board, gate;

  private:
    std::uint16_t port_ = 0;  // the board's
    std::optional<LineSocket> control_;
    std::optional<EyeSocket> eye_;
};

/// Asks again and again, every 5 ms; false after `limit`.
[[nodiscard]] bool until(const std::function<bool()>& done, seconds limit = seconds(40));

}  // namespace menshen::support
