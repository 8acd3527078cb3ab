// The part of the picture in which a lane's plates are looked for.
#pragma once

#include <opencv2/core.hpp>

#include <vector>

namespace menshen::eye {

/// A polygon of fractions 0..1 of width and height; empty = the whole picture.
using Region = std::vector<cv::Point2f>;

/// The polygon's bounding box in pixels, at least 32 × 32, inside the frame.
[[nodiscard]] cv::Rect bounds(const Region& region, cv::Size frame);
/// Whether a pixel lies in the region.
[[nodiscard]] bool inside(const Region& region, cv::Size frame, cv::Point2f pixel);

}  // namespace menshen::eye
