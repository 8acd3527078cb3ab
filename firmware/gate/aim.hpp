// Is the camera aimed well? What an installer on a ladder is told of a plate in the picture. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "values/claim.hpp"
#include "values/permit.hpp"

namespace menshen::gate {

// Widths of a plate in pixels of a frame whose longer side is `aim_frame`. models/plate/README.md ("Limits"): below
// about 60 a plate is missed, because the detector sees the whole frame made small; the corners are trained up to 600,
// where a car also fills the picture and leaves it within a few frames. From 100 on every stroke of a character has two
// pixels, up to 300 a car has time to be read several times.
inline constexpr float aim_frame = 1920;
inline constexpr float aim_least = 60, aim_good_from = 100, aim_good_to = 300, aim_most = 600;
// Degrees by which a plate lies askew in the picture: models/plate/synth/geometry.cpp trains up to 16.
inline constexpr float aim_tilt = 15;
// cos 40°: how much of its width a plate may lose because it is seen from the side. README.zh-CN.md asks for 30°; the
// rest is for corners that are not exact.
inline constexpr float aim_narrowed = 0.77F;
// Read::sharpness, of plates from the good widths on. In 620 real scenes with plates of 100 pixels and more one in
// twenty of those of 100 to 150 pixels lies below 0.20; blurred by two pixels, half of those of 100 to 200 lie below
// 0.08.
inline constexpr float aim_sharpness = 0.08F;

/// The same for one camera: larger frames are made smaller for the detector, so plates must be larger there. A smaller
/// frame does not make fewer pixels enough for a character.
struct AimWidths {
    float least = aim_least, good_from = aim_good_from, good_to = aim_good_to, most = aim_most;
};
[[nodiscard]] AimWidths aim_widths(int frame_width, int frame_height);

/// A polygon of fractions 0..1 of width and height; fewer than three corners = the whole picture.
using AimRegion = std::vector<std::array<double, 2>>;
/// By the plate's middle, as the eye itself does.
[[nodiscard]] bool in_region(const AimRegion& region, const Read& plate);

enum class AimLevel { good, fair, bad };

/// One thing said of a plate: what is wrong, and what to do about it. `key` is stable, for programs.
struct AimWord {
    std::string_view key;
    AimLevel level = AimLevel::good;
    Bilingual finding;
    std::string advice_zh, advice_en;
};

/// Everything that is wrong, the worst first; one word "good" if nothing is.
[[nodiscard]] std::vector<AimWord> judge_aim(const Read& plate, const AimRegion& region);

}  // namespace menshen::gate
