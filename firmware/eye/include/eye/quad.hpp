// Four corners of a plate, clockwise from top left.
#pragma once

#include <opencv2/core.hpp>

#include <array>
#include <vector>

namespace menshen::eye {

using Quad = std::array<cv::Point2f, 4>;

/// Any four points in the order top left, top right, bottom right, bottom left, for a plate that lies rather than
/// stands.
[[nodiscard]] Quad ordered(const std::array<cv::Point2f, 4>& points);
/// The quadrilateral that hugs a region of text: its minimum-area rectangle, skewed to a parallelogram where the ends
/// lean.
[[nodiscard]] Quad hugging(const std::vector<cv::Point>& contour);
/// Grown by `along` of its height at both ends and `across` of its height above and below (negative shrinks).
[[nodiscard]] Quad grown(const Quad& quad, float along, float across);
[[nodiscard]] float width(const Quad& quad);
[[nodiscard]] float height(const Quad& quad);
[[nodiscard]] cv::Point2f centre(const Quad& quad);
/// Whether it is a convex quadrilateral, clockwise, of some area.
[[nodiscard]] bool convex(const Quad& quad);
/// Shared area by united area of two convex quadrilaterals, 0..1.
[[nodiscard]] float overlap(const Quad& a, const Quad& b);
/// The picture under the quad, straightened to `size`; a quad much larger than that is averaged, not sampled.
[[nodiscard]] cv::Mat straightened(const cv::Mat& image, const Quad& quad, cv::Size size);
/// The plate as the recogniser is given it: one row of 160 × 32 pixels (`times` that); a plate of two rows with its
/// rows side by side, as plate-synth/layout.hpp divides it.
[[nodiscard]] cv::Mat one_row(const cv::Mat& image, const Quad& quad, bool two_rows, int times = 1);

}  // namespace menshen::eye
