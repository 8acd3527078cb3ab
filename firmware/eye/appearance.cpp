#include "eye/appearance.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>

namespace menshen::eye {
namespace {

struct Counts {
    int blue = 0, yellow = 0, green = 0, white = 0, black = 0, all = 0;
    int green_left = 0, yellow_left = 0;
};

/// Hue 0..180 as OpenCV counts it.
void count(Counts& n, const cv::Vec3b& hsv, bool left) {
    const int h = hsv[0], s = hsv[1], v = hsv[2];
    ++n.all;
    if (v < 60) {
        ++n.black;
    } else if (s < 50) {
        if (v > 110) ++n.white;
    } else if (h >= 95 && h <= 135) {
        ++n.blue;
    } else if (h >= 11 && h <= 34) {
        ++n.yellow;
        n.yellow_left += left ? 1 : 0;
    } else if (h >= 35 && h <= 94) {
        ++n.green;
        n.green_left += left ? 1 : 0;
    }
}

}  // namespace

Ground ground_of(const cv::Mat& crop) {
    if (crop.empty()) return {};
    cv::Mat hsv;
    cv::resize(crop, hsv, {96, 32}, 0, 0, cv::INTER_AREA);
    cv::cvtColor(hsv, hsv, cv::COLOR_BGR2HSV);
    Counts n;
    for (int y = 4; y < 28; ++y) {
        for (int x = 4; x < 92; ++x) count(n, hsv.at<cv::Vec3b>(y, x), x < 32);
    }
    const auto share = [&](int part) { return static_cast<float>(part) / static_cast<float>(std::max(1, n.all)); };
    // Saturated grounds first: white and black pixels are characters on them.
    std::array<std::pair<int, PlateColour>, 3> saturated{
        {{n.blue, PlateColour::blue}, {n.yellow, PlateColour::yellow}, {n.green, PlateColour::green}}};
    std::sort(saturated.begin(), saturated.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    const int coloured = n.blue + n.yellow + n.green;
    if (share(coloured) > 0.25F) {
        const float purity = static_cast<float>(saturated[0].first) / static_cast<float>(coloured);
        const bool both = n.yellow_left > n.all / 12 && n.green > n.all / 5 && n.green_left < n.yellow_left;
        if (both) return {PlateColour::yellow_green, std::min(1.F, share(n.green + n.yellow))};
        return {saturated[0].second, purity * std::min(1.F, 2 * share(coloured))};
    }
    if (n.white > 2 * n.black) return {PlateColour::white, share(n.white)};
    if (n.black > 2 * n.white) return {PlateColour::black, share(n.black)};
    return {PlateColour::unknown, 0};
}

float sharpness_of(const cv::Mat& crop) {
    if (crop.empty()) return 0;
    cv::Mat grey, edges;
    const double scale = std::min(1.0, 48.0 / crop.rows);  // a small plate stays as soft as it is
    cv::resize(crop, grey, {std::max(8, cvRound(crop.cols * scale)), std::max(8, cvRound(crop.rows * scale))}, 0, 0,
               cv::INTER_AREA);
    cv::cvtColor(grey, grey, cv::COLOR_BGR2GRAY);
    cv::Laplacian(grey, edges, CV_32F);
    cv::Scalar mean, deviation;
    cv::meanStdDev(edges, mean, deviation);
    const double variance = deviation[0] * deviation[0];
    constexpr double readable = 400;
    return static_cast<float>(variance / (variance + readable));
}

}  // namespace menshen::eye
