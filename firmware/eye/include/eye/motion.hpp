// Whether a frame is worth looking at. An empty lane costs next to nothing.
#pragma once

#include <opencv2/core.hpp>

#include <optional>

#include "values/time.hpp"

namespace menshen::eye {

struct MotionPolicy {
    Duration idle = seconds(1);         // look at least this often
    Duration busy = milliseconds(500);  // while a plate was seen lately
    Duration lately = seconds(3);
    int level = 8;         // grey levels by which a cell must change
    float share = 0.004F;  // of the cells
};

/// Compares coarse grey pictures of the region with the one last looked at, so that slow movement adds up. Pure: time
/// is an argument.
class Motion {
  public:
    explicit Motion(MotionPolicy policy = {}) : policy_(policy) {}

    /// Call for every frame; true = look, and it is remembered as looked at.
    [[nodiscard]] bool worth_looking(const cv::Mat& region, Instant now);
    /// A plate was seen.
    void seen(Instant now) { seen_ = now; }

  private:
    MotionPolicy policy_;
    cv::Mat last_;
    std::optional<Instant> looked_;
    std::optional<Instant> seen_;
};

}  // namespace menshen::eye
