// A pinhole camera beside the lane, and polygons seen through it. The world: metres, x to the right across the lane
// (0 its middle), y up, z along the lane away from the camera.
#pragma once

#include <opencv2/core.hpp>

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace menshen::twin {

enum class Weather { day, night, rain };

/// How much light there is: colours pass through it before they are drawn.
struct Light {
    Weather weather = Weather::day;
    /// A colour as this light shows it; `own` 0..1 is how far the surface shines by itself (lamps, reflecting plates).
    [[nodiscard]] cv::Scalar shade(const cv::Scalar& bgr, double own = 0) const;
};

class View {
  public:
    explicit View(cv::Size size);

    [[nodiscard]] cv::Size size() const { return size_; }
    /// Camera coordinates: x right, y down, z forward, metres.
    [[nodiscard]] cv::Point3d to_camera(const cv::Point3d& world) const;
    /// Pixel of a point in camera coordinates with z > 0.
    [[nodiscard]] cv::Point2d to_pixel(const cv::Point3d& camera) const;
    [[nodiscard]] cv::Point2d project(const cv::Point3d& world) const { return to_pixel(to_camera(world)); }
    /// The point at this height above the ground that a pixel shows; nothing when the pixel looks past it.
    [[nodiscard]] std::optional<cv::Point3d> at_height(cv::Point2d pixel, double height) const;
    /// Where the camera stands.
    [[nodiscard]] cv::Point3d position() const { return position_; }

    static constexpr double near = 0.35;  // nothing nearer is drawn

  private:
    cv::Size size_;
    cv::Point3d position_{1.7, 1.75, 0};
    double focal_;  // pixels
    cv::Matx33d turn_;
};

using Quad = std::array<cv::Point2d, 4>;  // upper left, upper right, lower right, lower left
using Quad3 = std::array<cv::Point3d, 4>;

/// Draws polygons of the world into a picture.
class Canvas {
  public:
    Canvas(cv::Mat& picture, const View& view, Light light) : picture_(picture), view_(view), light_(light) {}

    /// Filled polygon; what lies behind the camera is cut away.
    void polygon(std::span<const cv::Point3d> corners, const cv::Scalar& bgr, double own_light = 0);
    void polygon(std::initializer_list<cv::Point3d> corners, const cv::Scalar& bgr, double own_light = 0) {
        polygon(std::span(corners.begin(), corners.size()), bgr, own_light);
    }
    /// A flat picture on a quadrilateral. Drawn only when all four corners are before the camera.
    void picture(const cv::Mat& bgr, const Quad3& corners);

    [[nodiscard]] const View& view() const { return view_; }
    [[nodiscard]] const Light& light() const { return light_; }
    [[nodiscard]] cv::Mat& pixels() { return picture_; }

  private:
    cv::Mat& picture_;
    const View& view_;
    Light light_;
};

}  // namespace menshen::twin
