// Finds the plates in a part of a frame.
#pragma once

#include <opencv2/core.hpp>

#include <memory>
#include <string>
#include <vector>

#include "eye/models.hpp"
#include "eye/quad.hpp"
#include "values/result.hpp"

namespace menshen::eye {

struct Detection {
    Quad corners;        // pixels of the frame, of the whole plate
    float score = 0;     // how sure that there is a plate, 0..1
    float two_rows = 0;  // probability that its characters stand in two rows; the baseline never says so
};

/// Not thread-safe; one per child.
class Detector {
  public:
    Detector() = default;
    Detector(const Detector&) = delete;
    Detector& operator=(const Detector&) = delete;
    virtual ~Detector() = default;

    /// `folder` as find_models says. Ours is folder/plate/detector.onnx.
    static Result<std::unique_ptr<Detector>> load(const std::string& folder, Networks networks);

    /// Looks at `window` (a part of the frame) scaled to at most `budget` pixels, or to the network's smallest input
    /// where that is more; never enlarged. Most certain first, at most 32. Throws what OpenCV throws.
    [[nodiscard]] virtual std::vector<Detection> find(const cv::Mat& frame, cv::Rect window, int budget) = 0;
};

/// The general network that ours is measured against: finds lines of text (PP-OCRv4 detection, a DB network).
[[nodiscard]] Result<std::unique_ptr<Detector>> load_baseline_detector(const std::string& folder);

}  // namespace menshen::eye
