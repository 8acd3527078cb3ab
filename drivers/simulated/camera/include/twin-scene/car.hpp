// A car as a few dozen polygons: front, bonnet, windscreen, roof, the side that the camera sees, lamps, shadow.
#pragma once

#include <cstdint>
#include <optional>

#include "plate-synth/plate_picture.hpp"
#include "twin-scene/view.hpp"

namespace menshen::twin {

using synth::PlatePicture;
using synth::PlateState;

/// Sizes in metres and colours; the same seed gives the same car.
struct CarBody {
    double width = 1.82;
    double bonnet_height = 0.95;
    double roof_height = 1.46;
    double bonnet_length = 1.05;
    double rake = 0.75;  // from the foot of the windscreen to the roof
    double length = 4.5;
    double plate_height = 0.46;  // of its middle
    double grille_width = 0.9;
    cv::Scalar paint;
    [[nodiscard]] static CarBody from_seed(std::uint64_t seed);
};

/// Where the middle of the car's front stands on the ground, and its heading: 0 towards the camera, radians, positive
/// to the right.
struct Pose {
    double x = 0;
    double z = 0;
    double heading = 0;
    double lift = 0;  // springs, metres
    /// World point of a point in the car's own frame (x right, y up, z towards its rear).
    [[nodiscard]] cv::Point3d place(const cv::Point3d& own) const;
};

/// The plate's corners in the world; `size_mm` as in PlatePicture.
[[nodiscard]] Quad3 plate_corners(const CarBody& body, const Pose& pose, cv::Size2d size_mm);

/// `plate` may be null (none mounted). `lit`: the front lamps are on.
void draw_car(Canvas& canvas, const CarBody& body, const Pose& pose, const PlatePicture* plate, bool lit);

/// The outline of the car's box in the picture (for what it hides); empty when it is behind the camera.
[[nodiscard]] std::vector<cv::Point2f> outline(const View& view, const CarBody& body, const Pose& pose);

/// Middles of the two front lamps in the world.
[[nodiscard]] std::array<cv::Point3d, 2> lamps(const CarBody& body, const Pose& pose);

}  // namespace menshen::twin
