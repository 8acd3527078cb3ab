// The smoke scenario as a file (config/simulated/smoke.toml): steps in order and what each must lead to. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "values/result.hpp"

namespace menshen::director {

/// A car as it is drawn and driven.
struct Car {
    std::string id;     // unique within the run
    std::string plate;  // as painted on it
    std::string colour = "blue";
    bool night = false;
    bool rain = false;
    bool unreadable = false;  // the plate is covered
    int seed = 1;             // of the car's look
};

enum class Action {
    arrive,      // a car comes, waits for the barrier, drives through or backs out
    tailgate,    // a second car drives through behind it without an opening of its own
    issue,       // a car that is referred stands there, and an administrator issues it a permit at the registry
    cancel,      // an administrator cancels the car's permit at the registry; then it comes
    park,        // a car stands in view off the loops, and stays; the next step's car drives past it
    board_dead,  // the relay board stops answering
    board_back,
    camera_cut,  // the camera's stream breaks off
    camera_back,
};

/// What must be seen. Empty or absent: not looked at; "a|b": either.
struct Expectation {
    std::string read;     // the plate decided on; "-" = none
    std::string verdict;  // grant, deny, refer
    std::string reason;
    std::optional<int> pulses;  // on the open relay
    std::optional<int> passed;  // cars that drove through
    std::string alarm;          // an event of this kind or an alarm of this name follows
    std::string fault;          // this fault is raised
    std::string cleared;        // this fault is cleared
    std::string outcome;        // key of the intent's outcome
};

struct Step {
    std::string name;
    std::string lane;
    Action action = Action::arrive;
    Car car;
    Expectation expect;
};

/// What was seen of one step.
struct Row {
    std::string read, verdict, reason, outcome;
    std::vector<std::string> alarms, raised, cleared;
    int pulses = 0;
    int passed = 0;
    bool closed = false;  // the arm was down at the end
    /// From the frame that completed the claim, or from the car's coming onto the approach loop if that was later, to
    /// the pulse at the board.
    std::optional<double> relay_ms;
    std::string trouble;  // the step could not be played
};

/// Reads a scenario; a mistake names its line.
[[nodiscard]] Result<std::vector<Step>> read_scenario(const std::string& path);
[[nodiscard]] Result<std::vector<Step>> parse_scenario(std::string_view toml, const std::string& file);

/// Read, verdict, reason and faults are as expected; passages, outcome and alarms come later.
[[nodiscard]] bool judged_as_expected(const Expectation& expect, const Row& row);
/// What differs, in words; empty if all is as expected.
[[nodiscard]] std::vector<std::string> differences(const Step& step, const Row& row);

/// The table's head, and one line of it.
[[nodiscard]] std::string table_head();
[[nodiscard]] std::string table_line(const Step& step, const Row& row, const std::vector<std::string>& wrong);

[[nodiscard]] std::string_view to_string(Action action);

}  // namespace menshen::director
