// A morning at the gate in one process, that ends by SIGKILL at a named point; and what must be true afterwards.
#pragma once

#include <filesystem>
#include <string>

namespace menshen::test {

enum class Stage { start, import, admission, visitor, by_hand, leaving, lockdown, second_import, over };

/// Where the process ends: the nth time that `at` comes by in `stage`. `at` is "pulse" (the board is about to get an
/// opening), "pulsed" (it has got it), the kind of an event that has become durable, or "write|sync|synced FILE" of a
/// database. In stage `over` the stage does not count, and `at` "disk" is any step of any database.
struct Point {
    const char* name;
    Stage stage;
    const char* at;
    int nth = 1;
};

/// What a child told before its end.
struct Told {
    int pulses[2];       // to lane in, out; counted before the board gets them
    bool imported;       // the administrator was told that his first list is in
    bool registered;     // the guard was told that his visitor is
    bool imported_more;  // and that the second list is
    int disk_steps;
    bool over;  // the point never came
};

enum class End { killed, power_cut };  // a power cut also loses what was not synced

/// Plays the morning in a process of its own until the point. Throws std::runtime_error when a step failed instead.
[[nodiscard]] Told play(const std::filesystem::path& folder, const Point& point, End end);

/// Starts a gate on what is left in the folder and ends it at the nth step of its databases. False: it had started
/// before.
[[nodiscard]] bool play_start(const std::filesystem::path& folder, int nth, End end);

/// Starts a gate on what is left, lets a car in, ends it, and looks at everything in the journal (doctest checks).
void check_after(const std::filesystem::path& folder, const Told& told);

/// Starts a gate where the very first start was cut off: it works, and says nothing frightening (doctest checks).
void check_first_start(const std::filesystem::path& folder);

/// Starts a gate and asks it whether it tells of a list that was set aside.
[[nodiscard]] bool says_set_aside(const std::filesystem::path& folder);

}  // namespace menshen::test
