// What the plate detector's maps say: from numbers a cell to plates with corners.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "eye/detector.hpp"

namespace menshen::eye {

/// One map of models/plate/train/detector_net.py: `channels` planes of rows × columns floats, one cell per `stride` ×
/// `stride` pixels of the network's input.
struct PlateMap {
    static constexpr int channels = 10;  // plate (logit), x and y of four corners, two rows (logit)

    const float* values = nullptr;  // the caller's, channel by channel, row by row
    int rows = 0, columns = 0, stride = 8;
};

/// Of what the networks of ours say as a logit.
[[nodiscard]] inline float probability(float logit) {
    return 1 / (1 + std::exp(-logit));
}

/// Plates in pixels of the network's input, surest first, at most `most`. Cells below `threshold` (0..1) say nothing;
/// those that mean the same plate by overlap become one, its corners the mean of those that agree. A cell whose corners
/// make no convex quadrilateral is left out.
[[nodiscard]] std::vector<Detection> plates_of(const std::vector<PlateMap>& maps, float threshold, std::size_t most);

}  // namespace menshen::eye
