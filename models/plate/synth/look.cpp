#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "plate-synth/camera.hpp"

namespace menshen::synth {
namespace {

double toned(const Look& look, std::size_t channel, double v) {
    const double lit = v / 255 * look.gain[channel];
    const auto hazy = static_cast<float>(std::clamp(lit + (look.haze_level - lit) * look.haze, 0.0, 1.0));
    return 255 * double{std::pow(hazy, static_cast<float>(look.gamma))};
}

void tone(cv::Mat& bgr, const Look& look) {
    cv::Mat table(1, 256, CV_8UC3);
    for (int v = 0; v < 256; ++v)
        for (std::size_t c = 0; c < 3; ++c)
            table.at<cv::Vec3b>(v)[static_cast<int>(c)] = cv::saturate_cast<std::uint8_t>(toned(look, c, v));
    cv::LUT(bgr, table, bgr);
}

void saturate(cv::Mat& bgr, double saturation) {
    const int s = cvRound(saturation * 256);
    for (int y = 0; y < bgr.rows; ++y) {
        auto* p = bgr.ptr<std::uint8_t>(y);
        for (int x = 0; x < bgr.cols; ++x, p += 3) {
            const int luma = (29 * p[0] + 150 * p[1] + 77 * p[2]) >> 8;
            for (int c = 0; c < 3; ++c)
                p[c] = static_cast<std::uint8_t>(std::clamp(luma + ((p[c] - luma) * s >> 8), 0, 255));
        }
    }
}

void smear(cv::Mat& bgr, double length, double angle) {
    const int size = std::max(3, static_cast<int>(std::ceil(length)) | 1);
    cv::Mat kernel(size, size, CV_32F, cv::Scalar(0));
    const double dx = std::cos(angle * CV_PI / 180) * length / 2, dy = std::sin(angle * CV_PI / 180) * length / 2;
    constexpr int steps = 24;
    for (int i = 0; i <= steps; ++i) {
        const double t = 2.0 * i / steps - 1;
        const double x = size / 2 + t * dx, y = size / 2 + t * dy;
        const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
        for (int k = 0; k < 4; ++k) {
            const int px = x0 + k % 2, py = y0 + k / 2;
            if (px < 0 || py < 0 || px >= size || py >= size) continue;
            kernel.at<float>(py, px) += static_cast<float>((1 - std::abs(x - px)) * (1 - std::abs(y - py)));
        }
    }
    kernel /= cv::sum(kernel)[0];
    cv::filter2D(bgr, bgr, -1, kernel, {-1, -1}, 0, cv::BORDER_REPLICATE);
}

void add_noise(cv::Mat& bgr, const Look& look, Rng& rng, const Textures& textures) {
    const auto count = bgr.total();
    auto grey = textures.noise(rng, count), colour = textures.noise(rng, 3 * count);
    const int a = cvRound(look.noise * 8), b = cvRound(look.colour_noise * 8);
    for (int y = 0; y < bgr.rows; ++y) {
        auto* p = bgr.ptr<std::uint8_t>(y);
        for (int x = 0; x < bgr.cols; ++x, p += 3) {
            const int common = grey.next() * a;
            for (int c = 0; c < 3; ++c)
                p[c] = static_cast<std::uint8_t>(std::clamp(p[c] + ((common + colour.next() * b) >> 8), 0, 255));
        }
    }
}

void rain_on(cv::Mat& bgr, int streaks, Rng& rng) {
    const int lean = rng.between(-bgr.rows / 4, bgr.rows / 4);
    for (int i = 0; i < streaks; ++i) {
        const cv::Point from(rng.below(bgr.cols), rng.between(-bgr.rows / 3, bgr.rows));
        const double part = rng.uniform(0.2, 0.8);
        const cv::Point to = from + cv::Point(cvRound(lean * part), cvRound(bgr.rows * part));
        const cv::Rect box = cv::Rect(from, to + cv::Point(1, 1)) & cv::Rect(0, 0, bgr.cols, bgr.rows);
        if (box.empty()) continue;
        cv::line(bgr, from, to, cv::Scalar::all(rng.uniform(110, 230)), 1, cv::LINE_AA);
    }
}

void compress(cv::Mat& bgr, int quality) {
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
    cv::imdecode(bytes, cv::IMREAD_COLOR, &bgr);
}

/// Day, dusk, lamps, overexposure: how bright, how grey, which cast.
void random_tone(Rng& rng, Look& look) {
    const double pick = rng.unit();
    double exposure = std::exp(rng.normal(0, 0.22));
    if (pick < 0.12)
        exposure = rng.uniform(0.2, 0.55);
    else if (pick < 0.2)
        exposure = rng.uniform(1.25, 1.9);
    const double cast = rng.chance(0.15) ? 0.2 : 0.06;
    for (auto& g : look.gain) g = exposure * std::exp(rng.normal(0, cast));
    if (rng.chance(0.07)) {  // sodium lamps
        look.gain[0] *= rng.uniform(0.3, 0.7);
        look.gain[2] *= rng.uniform(1, 1.4);
    }
    look.gamma = std::exp(rng.normal(0, 0.25));
    look.haze = rng.chance(0.35) ? rng.uniform(0, 0.55) : 0;
    look.haze_level = rng.uniform(0.2, 0.85);
    if (rng.chance(0.4)) look.saturation = rng.uniform(0.25, 1.6);
    if (rng.chance(0.06)) look.saturation = 0;  // infrared by night
}

/// What is left of the difference between ink and ground.
double remaining(const Look& look, const Contrast& contrast) {
    return toned(look, 1, contrast.light) - toned(look, 1, contrast.dark);
}

/// With a tone that leaves so much of the contrast, or half of it.
Look toned_look(Rng& rng, const Contrast& contrast, double least) {
    Look look;
    double left = 0;
    for (int tries = 0; tries < 12 && left < std::min(least, 0.5 * (contrast.light - contrast.dark)); ++tries) {
        look = {};
        random_tone(rng, look);
        left = remaining(look, contrast);
    }
    return look;
}

}  // namespace

Look readable_look(Rng& rng, double character, const Contrast& contrast) {
    Look look = toned_look(rng, contrast, 34);
    const double left = remaining(look, contrast);
    if (rng.chance(0.6)) look.blur = character * (rng.chance(0.75) ? rng.uniform(0.01, 0.09) : rng.uniform(0.09, 0.17));
    if (rng.chance(0.3))
        look.motion = character * (rng.chance(0.7) ? rng.uniform(0.08, 0.25) : rng.uniform(0.25, 0.45));
    if (look.blur > 0.1 * character) look.motion *= 0.4;
    look.motion_angle = rng.uniform(0, 180);
    const double most = std::clamp(0.17 * left * std::sqrt(character / 8), 2.0, 24.0);
    look.noise = rng.chance(0.8) ? rng.uniform(0, 3.5) : rng.uniform(1, most);
    look.colour_noise = look.noise * rng.uniform(0, 0.6);
    if (rng.chance(0.28)) look.sharpen = rng.uniform(0.3, 2.2);
    if (rng.chance(0.6)) {
        const int least = character < 6 ? 50 : (character < 9 ? 30 : 15);
        look.jpeg = rng.between(least, 95);
    }
    if (rng.chance(0.04)) look.rain = rng.between(3, 14);
    return look;
}

Look doubtful_look(Rng& rng, double character, const Contrast& contrast) {
    Look look = toned_look(rng, contrast, 24);
    look.blur = character * rng.uniform(0.03, 0.24);
    if (rng.chance(0.3)) look.motion = character * rng.uniform(0.2, 0.6);
    look.motion_angle = rng.chance(0.6) ? rng.normal(0, 20) : rng.uniform(0, 180);
    look.noise = remaining(look, contrast) * rng.uniform(0, 0.16);
    look.colour_noise = look.noise * rng.uniform(0, 0.8);
    if (rng.chance(0.3)) look.sharpen = rng.uniform(0.3, 2.5);
    if (rng.chance(0.7)) look.jpeg = rng.between(character < 9 ? 20 : 8, 60);
    return look;
}

Look hopeless_look(Rng& rng, double character) {
    Look look;
    random_tone(rng, look);
    if (rng.chance(0.6))
        look.blur = character * rng.uniform(0.5, 1.1);
    else
        look.motion = character * rng.uniform(1.6, 3);
    look.motion_angle = rng.chance(0.7) ? rng.normal(0, 15) : rng.uniform(0, 180);
    look.noise = rng.uniform(0, 14);
    look.colour_noise = look.noise * rng.uniform(0, 0.8);
    if (rng.chance(0.6)) look.jpeg = rng.between(10, 80);
    return look;
}

double spread_of(const cv::Mat& bgr) {
    cv::Mat grey;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    cv::Scalar mean, deviation;
    cv::meanStdDev(grey, mean, deviation);
    return deviation[0];
}

void look_through(cv::Mat& bgr, const Look& look, Rng& rng, const Textures& textures) {
    if (look.rain > 0) rain_on(bgr, look.rain, rng);
    if (look.motion > 0.7) smear(bgr, look.motion, look.motion_angle);
    if (look.blur > 0.25) cv::GaussianBlur(bgr, bgr, {}, look.blur, 0, cv::BORDER_REPLICATE);
    tone(bgr, look);
    if (look.saturation != 1) saturate(bgr, look.saturation);
    if (look.noise > 0.5) add_noise(bgr, look, rng, textures);
    if (look.sharpen > 0) {
        cv::Mat soft;
        cv::GaussianBlur(bgr, soft, {}, std::max(0.7, look.blur), 0, cv::BORDER_REPLICATE);
        cv::addWeighted(bgr, 1 + look.sharpen, soft, -look.sharpen, 0, bgr);
    }
    if (look.jpeg > 0) compress(bgr, look.jpeg);
}

}  // namespace menshen::synth
