// Scenarios as text. A line:  SECONDS  INPUT  ->  EFFECT; EFFECT …  [PHASE]
//   inputs: sense approach=occupied under=clear photocell=… arm=down fire=quiet (what is not named stays), grant N,
//           guard N, withdraw N, durable N, failed N, ack N, refused N, timeout N, close, stop, hold, release,
//           lockdown, unlock, reset, bus-down, bus-up, tick
//   effects: commit N, open N, close, stop, coil on|off, ended N OUTCOME, dropped N WHY, passage N, alarm KIND N,
//            raise FAULT, clear FAULT, refused ACTION: WHY
// Deadlines before a line's time are delivered as Ticks; what they cause must be written as a line `tick` at that time.
// '#' starts a comment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lane/lane.hpp"

namespace menshen::lane {

/// Plays the script and CHECKs every line; returns the last state.
State play(const Config& config, std::string_view script);

[[nodiscard]] std::string text_of(const Effect& effect);
[[nodiscard]] std::string text_of(const Input& input);
[[nodiscard]] std::string text_of(const std::vector<Effect>& effects);

/// Everything: both loops, photocell, arm switches.
[[nodiscard]] Config full_lane();

/// Arm down and everything clear at 0; `script` follows.
State play_from_quiet(const Config& config, std::string_view script);
/// Car 1 has been let in and stands before the open arm since 4; `script` follows.
State play_from_open(const Config& config, std::string_view script);

}  // namespace menshen::lane
