// labels.csv: which plate is to be read in which picture.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "values/claim.hpp"
#include "values/result.hpp"

namespace menshen::eval {

struct LabelledPlate {
    std::string text;  // normalised as Plate::parse does; empty: a plate that nobody can read (its corners are known)
    PlateClass plate_class = PlateClass::unknown;  // unknown: no grammar of ours holds the text
    std::optional<std::array<Point, 4>> corners;   // pixels, clockwise from top left
};

/// A picture or a clip, and every plate in it. No plates: it is known to hold none.
struct Labelled {
    std::string file;  // as labels.csv names it, relative to the set
    std::vector<LabelledPlate> plates;
};

struct LabelledSet {
    std::string folder;
    std::vector<Labelled> pictures;     // in the order of the file; several rows of one picture are joined
    std::vector<std::string> bad_rows;  // "labels.csv:12: …": left out
    std::vector<std::string> doubts;    // taken, but worth a look: texts that keep no plate grammar
};

/// Reads `folder`/labels.csv: `file,plate[,x1,y1,…,x4,y4]`, UTF-8, with or without a header line (with one, further
/// columns are ignored). A row with neither text nor corners says that the picture holds no plate. not_found: no such
/// file; invalid: not one row is usable.
[[nodiscard]] Result<LabelledSet> load_labels(const std::string& folder);

}  // namespace menshen::eval
