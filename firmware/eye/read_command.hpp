// menshen-eye read: what is read in pictures and clips, for a person who wants to see it. Judging is menshen-eval's.
#pragma once

#include <string>
#include <vector>

#include "eye/reader.hpp"

namespace menshen::eye {

struct ReadCommand {
    std::vector<std::string> inputs;  // pictures, folders of pictures, clips
    std::string models;
    bool crops = false;  // every picture is one plate, edge to edge
    int every = 1;       // of a clip: every n-th frame
    Networks detector = ReaderOptions{}.detector, recogniser = ReaderOptions{}.recogniser;
};

/// Prints a JSON line per picture or frame; returns the exit status.
int run_read(const ReadCommand& command);

}  // namespace menshen::eye
