// What stands still: street, wall, kerbs, booth, signs with text (which are not plates), and the barrier's arm.
#pragma once

#include <cstdint>

#include "plate-synth/glyph.hpp"
#include "twin-scene/view.hpp"

namespace menshen::twin {

using synth::Glyphs;

inline constexpr double stop_z = 5.4;  // where the front of the first waiting car stands, metres before the camera
inline constexpr double arm_z = 4.3;   // the arm's plane

/// The empty scene, without the arm.
[[nodiscard]] cv::Mat draw_backdrop(const Glyphs& glyphs, const View& view, Light light, std::uint64_t seed);

/// `up` 0 down … 1 up.
void draw_arm(Canvas& canvas, double up);

}  // namespace menshen::twin
