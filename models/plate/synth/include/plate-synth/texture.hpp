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
    /// Noise of mean 0 and deviation 32, one number after the other; a frame that needs more than there is gets it
    /// again.
    class Noise {
      public:
        [[nodiscard]] int next() { return field_[at_++ & (noise_length - 1)]; }

      private:
        friend Textures;
        Noise(const std::int8_t* field, std::size_t at) : field_(field), at_(at) {}
        const std::int8_t* field_;
        std::size_t at_;
    };
    /// From somewhere, for `count` numbers.
    [[nodiscard]] Noise noise(Rng& rng, std::size_t count) const;

  private:
    static constexpr std::size_t noise_length = 1U << 20U;
    std::vector<cv::Mat> clouds_;
    std::vector<std::int8_t> noise_;
};

}  // namespace menshen::synth
