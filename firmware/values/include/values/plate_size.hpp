// How large a plate stands in its frame.
#pragma once

#include <cmath>

#include "values/claim.hpp"

namespace menshen {

[[nodiscard]] inline double pixels_between(Point a, Point b) {
    return std::hypot(static_cast<double>(a.x - b.x), static_cast<double>(a.y - b.y));
}

/// Pixels of the frame: the mean of the upper and the lower edge.
[[nodiscard]] inline float plate_width(const Read& read) {
    const auto& c = read.corners;
    return static_cast<float>((pixels_between(c[0], c[1]) + pixels_between(c[3], c[2])) / 2);
}

/// The same of the left and the right edge.
[[nodiscard]] inline float plate_height(const Read& read) {
    const auto& c = read.corners;
    return static_cast<float>((pixels_between(c[0], c[3]) + pixels_between(c[1], c[2])) / 2);
}

}  // namespace menshen
