#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "plate-synth/camera.hpp"

namespace menshen::synth {
namespace {

constexpr double degree = 3.14159265358979 / 180;

Corners rectangle(float x, float y, float width, float height) {
    return {cv::Point2f(x, y), {x + width, y}, {x + width, y + height}, {x, y + height}};
}

cv::Point2f mean_of(const Corners& c) {
    return (c[0] + c[1] + c[2] + c[3]) * 0.25F;
}

/// The upright box around the corners.
Corners box_around(const Corners& c) {
    const auto [x0, x1] = std::minmax({c[0].x, c[1].x, c[2].x, c[3].x});
    const auto [y0, y1] = std::minmax({c[0].y, c[1].y, c[2].y, c[3].y});
    return rectangle(x0, y0, x1 - x0, y1 - y0);
}

/// The inclined rectangle through the middles of the ends.
Corners inclined_around(const Corners& c) {
    const cv::Point2f left = (c[0] + c[3]) * 0.5F, right = (c[1] + c[2]) * 0.5F, along = right - left;
    const float length = std::max(1.0F, std::hypot(along.x, along.y));
    const cv::Point2f down = cv::Point2f(-along.y, along.x) * (static_cast<float>(height_of(c)) / length / 2);
    return {left - down, right - down, right + down, left + down};
}

Corners jittered_each(Rng& rng, Corners corners, double share) {
    const double off = share * height_of(corners);
    for (auto& p : corners)
        p += cv::Point2f(static_cast<float>(rng.normal(0, off)), static_cast<float>(rng.normal(0, off)));
    return corners;
}

/// A box that leaves room on some sides, as detectors of another kind give it.
Corners loosened(Rng& rng, const Corners& c) {
    const auto room = [&rng](double most) {
        return static_cast<float>(rng.chance(0.5) ? rng.uniform(-0.01, 0.04) : rng.uniform(0, most));
    };
    const float left = room(0.16), right = room(0.16), top = room(0.25), bottom = room(0.25);
    const auto at = [&](float x, float y) {
        const cv::Point2f upper = c[0] + (c[1] - c[0]) * x, lower = c[3] + (c[2] - c[3]) * x;
        return upper + (lower - upper) * y;
    };
    return {at(-left, -top), at(1 + right, -top), at(1 + right, 1 + bottom), at(-left, 1 + bottom)};
}

/// The corners of the rectangle that becomes the row when its part of the plate is `part`.
Corners target(int rows, bool upper) {
    if (rows == 1) return rectangle(0, 0, row_width, row_height);
    const RowPart& part = upper ? upper_part : lower_part;
    const double sx = part.width / (part.right - part.left), sy = row_height / (part.bottom - part.top);
    return rectangle(static_cast<float>(-part.left * sx), static_cast<float>(-part.top * sy), static_cast<float>(sx),
                     static_cast<float>(sy));
}

}  // namespace

Stand random_stand(Rng& rng) {
    Stand s;
    s.yaw = std::clamp(rng.normal(0, rng.chance(0.3) ? 26 : 13), -52.0, 52.0);
    s.pitch = std::clamp(rng.normal(9, 11), -25.0, 42.0);
    s.roll = std::clamp(rng.normal(0, rng.chance(0.15) ? 9 : 3), -16.0, 16.0);
    s.distance = rng.uniform(2.5, 25);
    return s;
}

Corners projected(cv::Size2d size_mm, const Stand& s, double width) {
    const double cy = std::cos(s.yaw * degree), sy = std::sin(s.yaw * degree);
    const double cp = std::cos(s.pitch * degree), sp = std::sin(s.pitch * degree);
    const double cr = std::cos(s.roll * degree), sr = std::sin(s.roll * degree);
    const double half_x = 0.5, half_y = 0.5 * size_mm.height / size_mm.width;
    Corners out;
    for (std::size_t i = 0; i < 4; ++i) {
        const double x = i == 0 || i == 3 ? -half_x : half_x, y = i < 2 ? -half_y : half_y;
        const double x1 = x * cy, z1 = x * sy, y2 = y * cp - z1 * sp, z2 = y * sp + z1 * cp;
        const double depth = s.distance / (s.distance + z2);
        const double px = x1 * depth, py = y2 * depth;
        out[i] = cv::Point2f(static_cast<float>(px * cr - py * sr), static_cast<float>(px * sr + py * cr));
    }
    const auto scale = static_cast<float>(width / width_of(out));
    for (auto& p : out) p *= scale;
    return out;
}

Corners moved(Corners corners, cv::Point2f by) {
    for (auto& p : corners) p += by;
    return corners;
}

double width_of(const Corners& c) {
    return (cv::norm(c[1] - c[0]) + cv::norm(c[2] - c[3])) / 2;
}
double height_of(const Corners& c) {
    return (cv::norm(c[3] - c[0]) + cv::norm(c[2] - c[1])) / 2;
}

cv::Matx33d homography(const Corners& from, const Corners& to) {
    return cv::Matx33d(cv::getPerspectiveTransform(from.data(), to.data()));
}

cv::Point2d mapped(const cv::Matx33d& h, cv::Point2d p) {
    const cv::Vec3d v = h * cv::Vec3d(p.x, p.y, 1);
    return {v[0] / v[2], v[1] / v[2]};
}

Corners jittered(Rng& rng, const Corners& corners, double share) {
    Corners out = corners;
    const double way = rng.unit();
    if (way > 0.84) return loosened(rng, jittered_each(rng, corners, 0.5 * share));
    if (way < 0.07)
        out = box_around(corners);
    else if (way < 0.2)
        out = inclined_around(corners);
    const auto height = static_cast<float>(height_of(corners)), width = static_cast<float>(width_of(corners));
    const cv::Point2f middle = mean_of(out);
    const auto along = 1 + static_cast<float>(rng.normal(0.1 * share, share * 1.4)) * height / width;
    const auto across = 1 + static_cast<float>(rng.normal(0.4 * share, share * 1.6));
    const cv::Point2f x_axis =
        (out[1] - out[0] + out[2] - out[3]) * (0.5F / static_cast<float>(std::max(1.0, width_of(out))));
    for (auto& p : out) {
        const cv::Point2f d = p - middle;
        const float a = d.dot(x_axis);
        p = middle + x_axis * (a * along) + (d - x_axis * a) * across;
    }
    return jittered_each(rng, out, share);
}

cv::Mat laid_in_row(const cv::Mat& picture, const Corners& corners, int rows) {
    cv::Mat row(row_height, row_width, CV_8UC3);
    for (int r = 0; r < rows; ++r) {
        const bool upper = r == 0;
        const int x = rows == 1 ? 0 : (upper ? upper_part.x : lower_part.x);
        const int width = rows == 1 ? row_width : (upper ? upper_part.width : lower_part.width);
        cv::Mat part = row.colRange(x, x + width);
        cv::warpPerspective(picture, part, homography(target(rows, upper), corners), part.size(),
                            cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    }
    return row;
}

RowMap::RowMap(const Corners& corners, int rows)
    : rows_(rows), upper_(homography(corners, target(rows, true))), lower_(homography(corners, target(rows, false))) {}

cv::Point2d RowMap::at(bool upper, cv::Point2d point) const {
    const bool left = upper || rows_ == 1;
    return mapped(left ? upper_ : lower_, point) + cv::Point2d(left ? 0 : lower_part.x, 0);
}

}  // namespace menshen::synth
