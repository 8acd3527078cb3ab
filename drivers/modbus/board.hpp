// One board as its bus's worker knows it: what was read, when to read again, whether its relays do as they were told.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lane.hpp"
#include "modbus/bus.hpp"
#include "queue.hpp"
#include "wire.hpp"

namespace menshen::modbus {

class Board {
  public:
    Board(BoardConfig config, Profile profile);

    /// Writes the initial settings if this connection has not seen them, reads inputs and, now and then, relays; tells
    /// the lanes.
    [[nodiscard]] Status poll(Wire& wire);
    /// Writes the command. Errors as Wire::write.
    [[nodiscard]] Status execute(Wire& wire, const Command& command);

    /// The line had an error: its state must be read again before a command.
    void distrust() { fresh_ = false; }
    /// The connection is new.
    void reconnected();
    /// Tells the lanes once.
    void declare_down(const std::string& why);

    [[nodiscard]] const BoardConfig& config() const { return config_; }
    [[nodiscard]] const Profile& profile() const { return profile_; }
    [[nodiscard]] bool up() const { return up_; }
    [[nodiscard]] bool fresh() const { return fresh_; }

    Instant next_poll{};
    int failures = 0;  // in a row
    Duration back_off{};
    std::vector<std::shared_ptr<Lane>> lanes;

  private:
    /// What a relay was last told by us.
    struct Told {
        bool held = false;
        Instant pulsed_until{};
    };

    [[nodiscard]] Status initialise(Wire& wire);
    [[nodiscard]] Status read_relays(Wire& wire);
    [[nodiscard]] std::string wrong_relay(const LaneWiring& lane, Instant now) const;
    void declare_up();

    BoardConfig config_;
    Profile profile_;
    bool up_ = false;
    bool fresh_ = false;
    bool initialised_ = false;
    std::vector<bool> relays_;
    std::vector<Told> told_;
    std::vector<std::string> complaints_;  // of each lane, so that a change is told once
    Instant next_relays_{};
};

}  // namespace menshen::modbus
