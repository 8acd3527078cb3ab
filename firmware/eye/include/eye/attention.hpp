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

    /// Whether this frame is worth a look, and where. `frame`: 8-bit, BGR or its brightness alone, in its full size;
    /// `captured`: when.
    [[nodiscard]] std::optional<Glance> next(const cv::Mat& frame, Instant captured, Instant now);
    /// The look that next() asked for is done; `told`: what the gate hears of.
    void looked(const Glance& glance, const std::vector<Seen>& told, Instant captured, Instant now);

  private:
    void resized(cv::Size size);

    Region region_;
    Duration least_;  // between two looks, on average
    Instant due_{};
    Motion motion_;
    cv::Mat counts_;  // the cells of Motion that lie in the region
    cv::Rect focus_;
    cv::Size size_;  // of the last frame
    std::optional<Instant> whole_;
};

}  // namespace menshen::eye
