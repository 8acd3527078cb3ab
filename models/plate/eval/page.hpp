// One HTML file of the misses, with their pictures inside it.
#pragma once

#include <opencv2/core.hpp>

#include <string>
#include <vector>

#include "eye/reader.hpp"
#include "tally.hpp"

namespace menshen::eval {

struct Miss {
    std::string file;
    std::string is;  // what should have been read; empty: nothing
    Verdict verdict = Verdict::wrong;
    std::string note;  // of a clip: frames and claims
    std::vector<Reading> readings;
    std::string scene;               // JPEG, with what was found in red and what is there in green
    std::vector<std::string> crops;  // JPEG, of the readings
};

/// Draws and encodes: some ten kilobytes each.
[[nodiscard]] Miss make_miss(const Labelled& picture, Verdict verdict, const Outcome& outcome, const cv::Mat& image,
                             const std::vector<eye::Seen>& seen);

/// Writes the page. `left_out`: misses beyond those. io: the file cannot be written.
[[nodiscard]] Status write_page(const std::string& path, const std::string& title, const std::vector<Miss>& misses,
                                int left_out);

}  // namespace menshen::eval
