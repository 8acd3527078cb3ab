// Irregularity computed once: clouds for dirt, wear and uneven light, and the noise of sensors.
#pragma once

#include <opencv2/core.hpp>

#include <cstdint>
#include <vector>

#include "plate-synth/random.hpp"

namespace menshen::synth {

/// Read-only once built; any number of threads. About 3 MiB.
class Textures {
  public:
    Textures();
    static constexpr int width = 768, height = 512;
    /// CV_8U `size` of clouds from 0 to 255 with mean about 128, `grain` 0 coarse … 2 fine. Size at most width x
    /// height; a view, not a copy.
    [[nodiscard]] cv::Mat clouds(Rng& rng, cv::Size size, int grain) const;
    /// Noise of mean 0 and deviation 32, endless from `at`.
    [[nodiscard]] const std::int8_t* noise(Rng& rng, std::size_t count) const;

  private:
    std::vector<cv::Mat> clouds_;
    std::vector<std::int8_t> noise_;
};

}  // namespace menshen::synth
