// Clips through the eye's attention, its networks and the gate's vote: one claim a car, and whether it is right.
#pragma once

#include <string>
#include <vector>

#include "pictures.hpp"
#include "values/time.hpp"

namespace menshen::eval {

struct ArrivalsTask {
    ReaderChoice reader;
    int threads = 1;
    double grant = 0.9;
    double max_fps = 12;                // as a camera of the site file
    Duration look = milliseconds(100);  // that a look takes in the clip's time, whatever it takes here: the same clip
                                        // gives the same claims on every machine
    std::size_t limit = 0;              // clips; 0 = all
};

/// What became of one clip.
struct Clip {
    std::string verdict_text;  // the first arrival's plate as the gate would take it; empty: unreadable or none
    double likelihood = 0;
    int arrivals = 0;
    int wrong_at_grant = 0;  // arrivals that would have opened for a plate that is not there
    bool granted_right = false;
    Duration claim{};  // from the first told read to the statement that the gate goes by, in the clip's time
    int looks = 0;     // frames looked at
    int frames = 0;    // of them with something told
    int frames_right = 0, frames_wrong = 0;  // of those, by the most certain plate; the rest is unread
    int frames_at_grant = 0, frames_wrong_at_grant = 0;
    std::vector<double> ms, cpu_ms;  // of each look
};

struct ArrivalsTally {
    double grant = 0.9;
    int clips = 0, right = 0, wrong = 0, unread = 0;
    int empty = 0, false_claims = 0;  // clips in which nobody comes, and those of them that made a claim with a plate
    int further_arrivals = 0;         // beyond those that are in the clip
    int granted_right = 0, wrong_at_grant = 0;
    int looks = 0, frames = 0, frames_right = 0, frames_wrong = 0;
    int frames_at_grant = 0, frames_wrong_at_grant = 0;
    std::vector<double> claim_ms, ms, cpu_ms;

    Verdict count(const Labelled& clip, const Clip& seen);
};

struct ArrivalsResult {
    ArrivalsTally tally;
    std::vector<std::string> unreadable;
    std::vector<Miss> misses;
};

[[nodiscard]] Result<ArrivalsResult> evaluate_arrivals(const LabelledSet& set, const ArrivalsTask& task, bool page);

}  // namespace menshen::eval
