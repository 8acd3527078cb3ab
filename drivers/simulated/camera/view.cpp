#include "twin-scene/view.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace menshen::twin {
namespace {

const cv::Point3d aim{-0.05, 0.78, 5.4};  // what the camera looks at: a little above the plate of a car that waits

/// The part of a polygon at least `near` before the camera (Sutherland-Hodgman with one plane).
std::vector<cv::Point3d> cut(const std::vector<cv::Point3d>& points) {
    std::vector<cv::Point3d> out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const cv::Point3d& a = points[i];
        const cv::Point3d& b = points[(i + 1) % points.size()];
        if (a.z >= View::near) out.push_back(a);
        if ((a.z >= View::near) != (b.z >= View::near)) out.push_back(a + (b - a) * ((View::near - a.z) / (b.z - a.z)));
    }
    return out;
}

}  // namespace

cv::Scalar Light::shade(const cv::Scalar& bgr, double own) const {
    const double grey = 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2];
    if (weather == Weather::night) return cv::Scalar::all(grey * (0.2 + 0.72 * own) + 6);  // infrared: no colour
    if (weather == Weather::rain) return (bgr * 0.72 + cv::Scalar::all(grey * 0.28)) * (0.62 + 0.3 * own);
    return bgr;
}

View::View(cv::Size size) : size_(size), focal_(2050.0 * size.width / 1280.0) {
    const cv::Point3d look = aim - position_;
    const double yaw = std::atan2(look.x, look.z);
    const double pitch = std::atan2(-look.y, std::hypot(look.x, look.z));
    const cv::Matx33d around_y(std::cos(yaw), 0, -std::sin(yaw), 0, 1, 0, std::sin(yaw), 0, std::cos(yaw));
    const cv::Matx33d around_x(1, 0, 0, 0, std::cos(pitch), std::sin(pitch), 0, -std::sin(pitch), std::cos(pitch));
    turn_ = around_x * around_y;
}

cv::Point3d View::to_camera(const cv::Point3d& world) const {
    const cv::Point3d p = turn_ * (world - position_);
    return {p.x, -p.y, p.z};
}

cv::Point2d View::to_pixel(const cv::Point3d& camera) const {
    return {size_.width / 2.0 + focal_ * camera.x / camera.z, size_.height / 2.0 + focal_ * camera.y / camera.z};
}

std::optional<cv::Point3d> View::at_height(cv::Point2d pixel, double height) const {
    const cv::Point3d ray =
        turn_.t() * cv::Point3d((pixel.x - size_.width / 2.0) / focal_, -(pixel.y - size_.height / 2.0) / focal_, 1);
    if (ray.y >= -1e-6) return std::nullopt;
    return position_ + ray * ((height - position_.y) / ray.y);
}

void Canvas::polygon(std::span<const cv::Point3d> corners, const cv::Scalar& bgr, double own_light) {
    std::vector<cv::Point3d> seen;
    seen.reserve(corners.size() + 2);
    for (const cv::Point3d& corner : corners) seen.push_back(view_.to_camera(corner));
    seen = cut(seen);
    if (seen.size() < 3) return;
    constexpr int bits = 4;  // fixed point, so that a slow car moves by less than a pixel
    constexpr double far_out = 20000;
    std::vector<cv::Point> points;
    points.reserve(seen.size());
    for (const cv::Point3d& p : seen) {
        const cv::Point2d pixel = view_.to_pixel(p);
        points.emplace_back(cvRound(std::clamp(pixel.x, -far_out, far_out) * (1 << bits)),
                            cvRound(std::clamp(pixel.y, -far_out, far_out) * (1 << bits)));
    }
    cv::fillConvexPoly(picture_, points, light_.shade(bgr, own_light), cv::LINE_AA, bits);
}

void Canvas::picture(const cv::Mat& bgr, const Quad3& corners) {
    std::array<cv::Point2f, 4> to;
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Point3d p = view_.to_camera(corners[i]);
        if (p.z < View::near) return;
        to[i] = view_.to_pixel(p);
    }
    const cv::Rect all(cv::Point(), view_.size());
    const cv::Rect place = cv::boundingRect(std::vector<cv::Point2f>(to.begin(), to.end())) & all;
    if (place.empty()) return;
    // Reduced by area first: a linear warp alone would skip most pixels of a plate far away.
    const double width = std::max(cv::norm(to[1] - to[0]), cv::norm(to[2] - to[3]));
    cv::Mat source = bgr;
    if (const double ratio = width * 1.15 / bgr.cols; ratio < 1)
        cv::resize(bgr, source, {}, std::max(ratio, 8.0 / bgr.cols), std::max(ratio, 4.0 / bgr.rows), cv::INTER_AREA);
    const auto w = static_cast<float>(source.cols);
    const auto h = static_cast<float>(source.rows);
    for (cv::Point2f& p : to) p -= cv::Point2f(place.tl());
    const std::array<cv::Point2f, 4> centres{
        // pixel centres, half a pixel inside the corners
        {{-0.5F, -0.5F}, {w - 0.5F, -0.5F}, {w - 0.5F, h - 0.5F}, {-0.5F, h - 0.5F}}};
    cv::Mat roi = picture_(place);
    cv::warpPerspective(source, roi, cv::getPerspectiveTransform(centres.data(), to.data()), place.size(),
                        cv::INTER_LINEAR, cv::BORDER_TRANSPARENT);
}

}  // namespace menshen::twin
