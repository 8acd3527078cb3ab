#include "plate-synth/texture.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>

namespace menshen::synth {
namespace {

/// Sums of noise at several sizes; `first` is the coarsest cell in pixels.
cv::Mat clouds_of(Rng& rng, int first) {
    cv::Mat sum(Textures::height, Textures::width, CV_32F, cv::Scalar(0));
    float weight = 1;
    for (int cell = first; cell >= 1 && weight > 0.05F; cell /= 2, weight *= 0.6F) {
        cv::Mat small(std::max(2, Textures::height / cell), std::max(2, Textures::width / cell), CV_32F), big;
        for (auto p = small.begin<float>(); p != small.end<float>(); ++p) *p = static_cast<float>(rng.normal());
        cv::resize(small, big, sum.size(), 0, 0, cv::INTER_CUBIC);
        sum += weight * big;
    }
    cv::Scalar mean, deviation;
    cv::meanStdDev(sum, mean, deviation);
    cv::Mat out;
    sum.convertTo(out, CV_8U, 52 / deviation[0], 128 - 52 * mean[0] / deviation[0]);
    return out;
}

}  // namespace

Textures::Textures() : noise_(noise_length) {
    Rng rng(20180501, 1);
    for (const int first : {128, 32, 6}) clouds_.push_back(clouds_of(rng, first));
    for (auto& n : noise_) n = static_cast<std::int8_t>(std::clamp(rng.normal(0, 32), -127.0, 127.0));
}

cv::Mat Textures::clouds(Rng& rng, cv::Size size, int grain) const {
    const cv::Size fit(std::min(size.width, width), std::min(size.height, height));
    return clouds_[static_cast<std::size_t>(grain)](
        cv::Rect(rng.between(0, width - fit.width), rng.between(0, height - fit.height), fit.width, fit.height));
}

Textures::Noise Textures::noise(Rng& rng, std::size_t count) const {
    const std::size_t starts = count < noise_length ? noise_length - count : noise_length;
    return {noise_.data(), rng.below(starts)};
}

}  // namespace menshen::synth
