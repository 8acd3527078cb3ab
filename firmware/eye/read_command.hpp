// menshen-eye read: plates of files, for installers.
#pragma once

#include <string>
#include <vector>

#include "eye/reader.hpp"

namespace menshen::eye {

struct ReadCommand {
    std::vector<std::string> inputs;  // pictures, folders of pictures, clips
    std::string labels;               // CSV: file,plate[,corners]; prints counts
    std::string models;
    bool crops = false;  // every picture is one plate, edge to edge
    bool quiet = false;  // the counts alone
    int every = 1;       // of a clip: every n-th frame
    int budget = 0;      // pixels of the detector's input; 0 = as the eye
    Networks recogniser = ReaderOptions{}.recogniser;
};

/// Prints a JSON line per picture or frame; returns the exit status.
int run_read(const ReadCommand& command);

}  // namespace menshen::eye
