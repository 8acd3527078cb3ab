// Runs the eye's networks over the pictures of a set.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eye/reader.hpp"
#include "labels.hpp"
#include "page.hpp"
#include "tally.hpp"

namespace menshen::eval {

/// Whose networks look: a folder and options as eye::PlateReader::load takes them.
struct ReaderChoice {
    std::string models;
    eye::ReaderOptions options;
};

struct PicturesTask {
    ReaderChoice ours;
    std::optional<ReaderChoice> peer;  // sees the same pictures
    bool crops = false;                // every picture is one plate, edge to edge
    bool nothing = false;              // whatever labels say, no picture holds a plate of ours
    int threads = 1;
    double grant = 0.98;
    std::size_t limit = 0;  // pictures; 0 = all
};

struct PicturesResult {
    Tally ours, peer;
    bool with_peer = false;
    std::vector<std::string> unreadable;  // pictures left out, with the reason
    std::vector<Miss> misses;             // in the order of the set, filled if the task wants a page
    int misses_left_out = 0;
};

/// Each thread has networks of its own and one core (cv::setNumThreads(1)). The peer sees each picture right after
/// ours, so that both have the same neighbours on the machine. Errors: networks that do not load.
[[nodiscard]] Result<PicturesResult> evaluate(const LabelledSet& set, const PicturesTask& task, bool page);

/// What the eye makes of what it saw: the reading as the gate would get it.
[[nodiscard]] Reading reading_of(const eye::Seen& seen);

}  // namespace menshen::eval
