// Finds lines of text that may be plates (PP-OCRv4 detection, a DB network).
#pragma once

#include <opencv2/dnn.hpp>

#include <string>
#include <vector>

#include "eye/quad.hpp"
#include "eye/region.hpp"
#include "values/result.hpp"

namespace menshen::eye {

struct Detection {
    Quad corners;     // pixels of the frame, around the whole plate
    float score = 0;  // mean of the network's probability inside, 0..1
};

/// Not thread-safe; one per child.
class Detector {
  public:
    /// `folder` as find_models says.
    static Result<Detector> load(const std::string& folder);

    /// Looks at `window` (a part of the frame) scaled to at most `budget` pixels; plates first seen by score. At
    /// most 32.
    [[nodiscard]] std::vector<Detection> find(const cv::Mat& frame, cv::Rect window, int budget);

  private:
    cv::dnn::Net network_;
};

}  // namespace menshen::eye
