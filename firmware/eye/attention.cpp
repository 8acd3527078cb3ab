#include "eye/attention.hpp"

#include <algorithm>
#include <chrono>

namespace menshen::eye {
namespace {

/// The best plate with its surroundings: a tenth of the work.
cv::Rect around(const Read& read, cv::Size frame) {
    const auto& c = read.corners;
    const float left = std::min(c[0].x, c[3].x), right = std::max(c[1].x, c[2].x);
    const float w = right - left;
    const cv::Point2f middle((left + right) / 2, (c[0].y + c[1].y + c[2].y + c[3].y) / 4);
    const cv::Rect window(cvRound(middle.x - 1.6F * w), cvRound(middle.y - 0.9F * w), cvRound(3.2F * w),
                          cvRound(1.8F * w));
    return window & cv::Rect({0, 0}, frame);
}

}  // namespace

Attention::Attention(Region region, double max_fps, MotionPolicy policy)
    : region_(std::move(region)),
      least_(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / std::max(0.1, max_fps)))),
      motion_(policy) {}

std::optional<Glance> Attention::next(const cv::Mat& frame, Instant captured, Instant now) {
    if (look_ && now - *look_ < least_) return std::nullopt;
    const cv::Rect region = bounds(region_, frame.size());
    if (!motion_.worth_looking(frame(region), captured)) return std::nullopt;
    look_ = now;
    if (frame.size() != size_) focus_ = {};  // the camera was set to another size: places mean nothing any more
    size_ = frame.size();
    if (focus_.empty() || !whole_ || now - *whole_ >= whole_every) return Glance{region, true};
    return Glance{focus_, false};
}

void Attention::looked(const Glance& glance, const std::vector<Seen>& told, Instant captured, Instant now) {
    if (glance.whole) whole_ = now;  // when it was done: it takes a while itself
    if (!told.empty()) motion_.seen(captured);
    focus_ = told.size() == 1 ? around(told.front().read, size_) : cv::Rect();
}

}  // namespace menshen::eye
