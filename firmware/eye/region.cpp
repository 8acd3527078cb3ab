#include "eye/region.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace menshen::eye {

cv::Rect bounds(const Region& region, cv::Size frame) {
    const cv::Rect whole({0, 0}, frame);
    if (region.size() < 3) return whole;
    float left = 1, top = 1, right = 0, bottom = 0;
    for (const auto& p : region) {
        left = std::min(left, p.x), right = std::max(right, p.x);
        top = std::min(top, p.y), bottom = std::max(bottom, p.y);
    }
    const auto w = static_cast<float>(frame.width), h = static_cast<float>(frame.height);
    const cv::Rect2f box{left * w, top * h, std::max(32.F, (right - left) * w), std::max(32.F, (bottom - top) * h)};
    const cv::Rect pixels(cvFloor(box.x), cvFloor(box.y), cvCeil(box.width), cvCeil(box.height));
    const cv::Rect cut = pixels & whole;
    return cut.empty() ? whole : cut;
}

bool inside(const Region& region, cv::Size frame, cv::Point2f pixel) {
    if (region.size() < 3) return true;
    const cv::Point2f fraction(pixel.x / static_cast<float>(frame.width), pixel.y / static_cast<float>(frame.height));
    return cv::pointPolygonTest(region, fraction, false) >= 0;
}

}  // namespace menshen::eye
