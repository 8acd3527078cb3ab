// What a camera makes of a flat plate: perspective, blur, exposure, noise, compression; and how the eye lays it
// straight again.
#pragma once

#include <opencv2/core.hpp>

#include <array>

#include "plate-synth/layout.hpp"
#include "plate-synth/random.hpp"
#include "plate-synth/texture.hpp"

namespace menshen::synth {

using Corners = std::array<cv::Point2f, 4>;  // clockwise from top left

/// How a plate stands before the camera: degrees, and the distance in plate widths.
struct Stand {
    double yaw = 0, pitch = 0, roll = 0, distance = 8;
};
[[nodiscard]] Stand random_stand(Rng& rng);
/// The plate's corners around (0, 0) when its projection is `width` pixels wide.
[[nodiscard]] Corners projected(cv::Size2d size_mm, const Stand& stand, double width);
[[nodiscard]] Corners moved(Corners corners, cv::Point2f by);
[[nodiscard]] double width_of(const Corners& corners);
[[nodiscard]] double height_of(const Corners& corners);

/// From points of `from` to points of `to`, 3 x 3.
[[nodiscard]] cv::Matx33d homography(const Corners& from, const Corners& to);
[[nodiscard]] cv::Point2d mapped(const cv::Matx33d& h, cv::Point2d p);

/// Corners as a detector finds them: each off by about `share` of the plate's height, and all of them too far out or
/// in. Sometimes the box around the plate, or its inclined rectangle, instead of the four corners.
[[nodiscard]] Corners jittered(Rng& rng, const Corners& corners, double share);

/// The row of characters that the recogniser is given: `rows` 1, the picture under the corners; 2, its upper part
/// beside its lower.
[[nodiscard]] cv::Mat laid_in_row(const cv::Mat& picture, const Corners& corners, int rows);
/// Where points of the picture come to lie in that row, pixels; `upper` when they belong to the upper of two rows.
class RowMap {
  public:
    RowMap(const Corners& corners, int rows);
    [[nodiscard]] cv::Point2d at(bool upper, cv::Point2d point) const;

  private:
    int rows_;
    cv::Matx33d upper_, lower_;
};

/// Everything between the scene's light and the eye's picture.
struct Look {
    double blur = 0;                      // deviation, pixels
    double motion = 0, motion_angle = 0;  // length, pixels; degrees
    std::array<double, 3> gain{1, 1, 1};  // BGR
    double gamma = 1, haze = 0;           // haze 0..1 towards `haze_level`
    double haze_level = 0.5;
    double saturation = 1;               // 0 grey
    double noise = 0, colour_noise = 0;  // deviations, levels of 255
    double sharpen = 0;                  // unsharp mask's weight
    int jpeg = 0;                        // quality, 0 none
    int rain = 0;                        // streaks
};
/// Brightness of ink and ground, whichever is which, 0..255.
struct Contrast {
    double dark = 60, light = 180;
};
/// A look under which a person still reads characters `character` pixels wide of that contrast.
[[nodiscard]] Look readable_look(Rng& rng, double character, const Contrast& contrast);
/// One between both: some characters may be guessed, some not. What is trained on them learns when to doubt.
[[nodiscard]] Look doubtful_look(Rng& rng, double character, const Contrast& contrast);
/// One under which nobody does.
[[nodiscard]] Look hopeless_look(Rng& rng, double character);
/// Deviation of a picture's brightness; a plate below `least_spread` is too faint for a person.
[[nodiscard]] double spread_of(const cv::Mat& bgr);
inline constexpr double least_spread = 9;
void look_through(cv::Mat& bgr, const Look& look, Rng& rng, const Textures& textures);

}  // namespace menshen::synth
