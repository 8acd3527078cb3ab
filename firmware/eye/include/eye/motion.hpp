// Whether a frame is worth looking at. An empty lane costs next to nothing.
#pragma once

#include <opencv2/core.hpp>

#include <optional>

#include "values/time.hpp"

namespace menshen::eye {

struct MotionPolicy {
    Duration idle = seconds(1);         // look again so soon where nothing moves
    Duration longest = seconds(8);      // where several looks in a row saw no plate, up to so late: twice as long each
    Duration busy = milliseconds(500);  // while a plate was seen lately
    Duration lately = seconds(3);
    int level = 8;         // grey levels by which a cell must change
    float share = 0.004F;  // of the cells
};

/// Brightness of Motion::across × Motion::down cells. Every pixel of a row counts, and every second row of a large
/// picture: fewer rows would take a camera that trembles in the wind for motion. `picture`: 8-bit, BGR or brightness
/// alone.
[[nodiscard]] cv::Mat coarse(const cv::Mat& picture);

/// Compares coarse pictures of the region with the one last looked at, so that slow movement adds up. Pure: time
/// is an argument.
class Motion {
  public:
    static constexpr int across = 80, down = 48;  // cells

    explicit Motion(MotionPolicy policy = {}) : policy_(policy) {}

    /// Call for every frame; true = look, and it is remembered as looked at. `counts`: which of the cells
    /// matter (CV_8UC1, 255 or 0); empty = all.
    [[nodiscard]] bool worth_looking(const cv::Mat& region, Instant now, const cv::Mat& counts = {});
    /// A plate was seen.
    void seen(Instant now);

  private:
    [[nodiscard]] bool moved(const cv::Mat& cells, const cv::Mat& counts) const;
    [[nodiscard]] Duration pause(Instant now) const;

    MotionPolicy policy_;
    cv::Mat last_;
    std::optional<Instant> looked_;
    std::optional<Instant> seen_;
    Duration still_ = Duration::zero();  // the pause before the last look, where nothing moved
};

}  // namespace menshen::eye
