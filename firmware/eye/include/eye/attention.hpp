// When and where the eye looks. An empty lane costs next to nothing; a plate that was seen is searched for where it
// was.
#pragma once

#include <opencv2/core.hpp>

#include <optional>
#include <vector>

#include "eye/motion.hpp"
#include "eye/reader.hpp"
#include "eye/region.hpp"

namespace menshen::eye {

struct Glance {
    cv::Rect window;     // pixels of the frame
    bool whole = false;  // the window is the region's bounding box
};

/// Pure: time is an argument. Not thread-safe.
class Attention {
  public:
    static constexpr Duration whole_every = milliseconds(1500);  // the whole region, not only where the plate was

    /// `max_fps`: looks per second at most.
    Attention(Region region, double max_fps, MotionPolicy policy = {});

    /// Whether this frame is worth a look, and where. `captured`: of the frame.
    [[nodiscard]] std::optional<Glance> next(const cv::Mat& frame, Instant captured, Instant now);
    /// The look that next() asked for is done; `told`: what the gate hears of.
    void looked(const Glance& glance, const std::vector<Seen>& told, Instant captured, Instant now);

  private:
    Region region_;
    Duration least_;  // between two looks
    Motion motion_;
    cv::Rect focus_;
    cv::Size size_;  // of the last frame looked at
    std::optional<Instant> look_, whole_;
};

}  // namespace menshen::eye
