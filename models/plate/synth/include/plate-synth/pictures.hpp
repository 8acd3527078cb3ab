// Folders of real pictures, with or without labels.csv (`file,plate[,x1,y1,…,x4,y4]`).
#pragma once

#include <opencv2/core.hpp>

#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "plate-synth/camera.hpp"
#include "values/result.hpp"

namespace menshen::synth {

struct Labelled {
    std::string file;   // with its folder
    std::string plate;  // empty: none, or unknown
    bool has_corners = false;
    Corners corners{};
};
/// Every labelled picture of a folder; without labels.csv, every picture in it. not_found when there is none; invalid
/// when a line is broken, or when the folder is one that is kept for choosing and judging (its name holds "-dev"):
/// nothing is trained on those.
Result<std::vector<Labelled>> labelled_pictures(const std::string& folder);

/// Decoded pictures, the last used ones kept. One thread.
class Pictures {
  public:
    /// `longest`: larger pictures are reduced to that side, pixels. `bytes`: of all kept.
    Pictures(int longest, std::size_t bytes) : longest_(longest), most_(bytes) {}
    struct Picture {
        cv::Mat bgr;       // empty when the file is no picture
        double scale = 1;  // of what lies in the file
    };
    const Picture& get(const std::string& file);

  private:
    struct Kept {
        Picture picture;
        std::list<std::string>::iterator place;
    };
    int longest_;
    std::size_t most_, held_ = 0;
    std::list<std::string> order_;  // least lately used first
    std::unordered_map<std::string, Kept> kept_;
};

}  // namespace menshen::synth
