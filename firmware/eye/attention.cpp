#include "eye/attention.hpp"

#include <opencv2/imgproc.hpp>

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

/// Which cells of Motion lie in the polygon, or at its edge: a tree beside the lane moves without being looked at.
cv::Mat cells_of(const Region& region, cv::Size frame) {
    if (region.size() < 3) return {};
    const cv::Rect box = bounds(region, frame);
    std::vector<cv::Point> corners;
    for (const auto& p : region) {
        const cv::Point2f in_box(p.x * static_cast<float>(frame.width) - static_cast<float>(box.x),
                                 p.y * static_cast<float>(frame.height) - static_cast<float>(box.y));
        corners.emplace_back(cvFloor(in_box.x * Motion::across / static_cast<float>(box.width)),
                             cvFloor(in_box.y * Motion::down / static_cast<float>(box.height)));
    }
    cv::Mat inside = cv::Mat::zeros(Motion::down, Motion::across, CV_8UC1);
    cv::fillPoly(inside, std::vector<std::vector<cv::Point>>{corners}, cv::Scalar(255));
    return inside;
}

}  // namespace

Attention::Attention(Region region, double max_fps, MotionPolicy policy)
    : region_(std::move(region)),
      least_(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / std::max(0.1, max_fps)))),
      motion_(policy) {}

/// The camera was set to another size: places mean nothing any more.
void Attention::resized(cv::Size size) {
    size_ = size;
    focus_ = {};
    counts_ = cells_of(region_, size);
}

std::optional<Glance> Attention::next(const cv::Mat& frame, Instant captured, Instant now) {
    if (now < due_) return std::nullopt;
    if (frame.size() != size_) resized(frame.size());
    const cv::Rect region = bounds(region_, size_);
    if (!motion_.worth_looking(frame(region), captured, counts_)) return std::nullopt;
    // frames seldom come when a look is due: the next is due by the same beat, or every second frame would be left out
    due_ = (now - due_ < least_ ? due_ : now) + least_;
    if (focus_.empty() || !whole_ || now - *whole_ >= whole_every) return Glance{region, true};
    return Glance{focus_, false};
}

void Attention::looked(const Glance& glance, const std::vector<Seen>& told, Instant captured, Instant now) {
    if (glance.whole) whole_ = now;  // when it was done: it takes a while itself
    if (!told.empty()) motion_.seen(captured);
    focus_ = told.size() == 1 ? around(told.front().read, size_) : cv::Rect();
}

}  // namespace menshen::eye
