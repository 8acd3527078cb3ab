// What lies between the scene and the sensor: headlight glare, rain, the sensor's noise.
#pragma once

#include <cstdint>
#include <span>

#include "twin-scene/view.hpp"

namespace menshen::twin {

struct Glare {
    cv::Point2d middle;
    double radius;  // pixels
};

class Sky {
  public:
    Sky(cv::Size size, std::uint64_t seed);
    /// Changes the picture as seen in frame number `frame`. The same number gives the same noise.
    void apply(cv::Mat& picture, Weather weather, std::span<const Glare> glares, std::uint64_t frame) const;

  private:
    void rain(cv::Mat& picture, std::uint64_t frame) const;
    static void glare(cv::Mat& picture, const Glare& glare);
    cv::Size size_;
    cv::Mat noise_;    // CV_16SC3, larger than the picture: each frame takes another window of it
    cv::Mat streaks_;  // CV_8UC3, two pictures high
};

}  // namespace menshen::twin
