#include "twin-scene/weather.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace menshen::twin {
namespace {

constexpr int margin = 64;

/// A window's place that looks random and depends on the frame's number alone.
cv::Point shift_of(std::uint64_t frame) {
    const std::uint64_t mixed = (frame + 1) * 0x9E3779B97F4A7C15U;
    return {static_cast<int>((mixed >> 20U) % margin), static_cast<int>((mixed >> 40U) % margin)};
}

}  // namespace

Sky::Sky(cv::Size size, std::uint64_t seed) : size_(size) {
    cv::RNG rng(seed * 3935559000370003845U + 77);
    noise_.create(size.height + margin, size.width + margin, CV_8UC3);
    rng.fill(noise_, cv::RNG::NORMAL, 16, 3.2);
    streaks_.create(size.height * 2, size.width, CV_8UC3);
    streaks_ = cv::Scalar::all(0);
    const double unit = size.width / 1280.0;
    for (int i = 0; i < 620; ++i) {
        const cv::Point at(rng.uniform(0, size.width), rng.uniform(0, streaks_.rows));
        const int length = cvRound(unit * rng.uniform(14, 52));
        cv::line(streaks_, at, at + cv::Point(-length / 7, length), cv::Scalar::all(rng.uniform(18, 58)),
                 std::max(1, cvRound(unit * rng.uniform(1.0, 1.9))), cv::LINE_AA);
    }
}

void Sky::rain(cv::Mat& picture, std::uint64_t frame) const {
    cv::GaussianBlur(picture, picture, {3, 3}, 0.75 * size_.width / 1280.0 + 0.1);
    const int offset = static_cast<int>((frame * 397U) % static_cast<std::uint64_t>(size_.height));
    cv::add(picture, streaks_(cv::Rect({0, size_.height - offset}, size_)), picture);
}

void Sky::glare(cv::Mat& picture, const Glare& g) {
    const int r = std::clamp(cvRound(g.radius), 4, 700);
    const cv::Rect place = cv::Rect(cvRound(g.middle.x) - r, cvRound(g.middle.y) - r, 2 * r, 2 * r);
    const cv::Rect seen = place & cv::Rect(0, 0, picture.cols, picture.rows);
    if (seen.empty()) return;
    static const cv::Mat blob = [] {
        cv::Mat m(256, 256, CV_8UC3);
        for (int y = 0; y < m.rows; ++y)
            for (int x = 0; x < m.cols; ++x) {
                const double d = std::hypot(x - 127.5, y - 127.5) / 127.5;
                const double fall = d >= 1 ? 0 : 235 * (1 - d) * (1 - d) * (1 - d);
                m.at<cv::Vec3b>(y, x) = cv::Vec3b::all(cv::saturate_cast<uchar>(fall + (d < 0.16 ? 200 : 0)));
            }
        return m;
    }();
    cv::Mat sized;
    cv::resize(blob, sized, place.size(), 0, 0, cv::INTER_LINEAR);
    cv::Mat roi = picture(seen);
    cv::add(roi, sized(seen - place.tl()), roi);
}

void Sky::apply(cv::Mat& picture, Weather weather, std::span<const Glare> glares, std::uint64_t frame) const {
    if (weather != Weather::day)
        for (const Glare& g : glares) glare(picture, g);
    if (weather == Weather::rain) rain(picture, frame);
    const cv::Mat noise = noise_(cv::Rect(shift_of(frame), size_));
    const double gain = weather == Weather::night ? 1.5 : 1.0;
    cv::addWeighted(picture, 1, noise, gain, -16 * gain, picture);
}

}  // namespace menshen::twin
