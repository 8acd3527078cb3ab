// What a crop looks like: ground colour, sharpness.
#pragma once

#include <opencv2/core.hpp>

#include "values/plate.hpp"

namespace menshen::eye {

struct Ground {
    PlateColour colour = PlateColour::unknown;
    float likelihood = 0;  // share of the ground's pixels that agree, 0..1
};

/// Of a straightened plate (BGR), by hue and saturation.
[[nodiscard]] Ground ground_of(const cv::Mat& crop);
/// 0..1: variance of the Laplacian at a height of 48 pixels, squashed; 0.5 is a plate that is just readable.
[[nodiscard]] float sharpness_of(const cv::Mat& crop);

}  // namespace menshen::eye
