// Clips through the eye's attention, its networks and the gate's vote: one claim a car, and whether it is right.
#pragma once

#include <string>
#include <vector>

#include "arrivals_tally.hpp"
#include "pictures.hpp"

namespace menshen::eval {

struct ArrivalsTask {
    ReaderChoice reader;
    int threads = 1;
    double grant = 0.98;
    double max_fps = 12;                // as a camera of the site file
    Duration look = milliseconds(100);  // that a look takes in the clip's time, whatever it takes here: the same clip
                                        // gives the same claims on every machine
    std::size_t limit = 0;              // clips; 0 = all
    std::string keep_looks;             // a file that gets what the eye told of every clip; empty: none
    std::string looks;  // such a file, whose looks are voted on again; no network looks, no clip is read
};

struct ArrivalsResult {
    ArrivalsTally tally;
    std::vector<std::string> unreadable;
    std::vector<Miss> misses;
};

[[nodiscard]] Result<ArrivalsResult> evaluate_arrivals(const LabelledSet& set, const ArrivalsTask& task, bool page);

}  // namespace menshen::eval
