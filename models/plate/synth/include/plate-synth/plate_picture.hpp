// A plate as a flat picture, by the geometry of GA 36-2018: 440 x 140 mm with seven characters of 45 x 90 mm, 480 x 140
// mm with eight for new energy; a dot after the second; a white, black or red ink by kind.
#pragma once

#include <opencv2/core.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "plate-synth/glyph.hpp"
#include "values/plate.hpp"

namespace menshen::synth {

enum class PlateState { clean, dirty, covered };

struct PlateLook {
    std::string text;                           // at most 8 characters, UTF-8
    PlateColour colour = PlateColour::unknown;  // unknown: what the text suggests
    PlateState state = PlateState::clean;
    std::uint64_t seed = 0;  // of the dirt
};

struct PlatePicture {
    cv::Mat bgr;
    cv::Size2d size_mm;
    PlateColour colour = PlateColour::unknown;
    std::vector<cv::Rect2d> boxes_mm;  // where each character stands, from the upper left corner
    std::vector<cv::Scalar> inks;      // and its colour
    cv::Scalar ground;                 // colour between the characters at mid height
};

/// The colour a plate with this text usually has: eight characters green, 警 white, 学 挂 yellow, 使 领 港 澳 black.
[[nodiscard]] PlateColour usual_colour(const std::u32string& text);

/// invalid when the text is empty, longer than 8 characters, or not UTF-8.
[[nodiscard]] Result<PlatePicture> draw_plate(const Glyphs& glyphs, const PlateLook& look, double pixels_per_mm);

}  // namespace menshen::synth
