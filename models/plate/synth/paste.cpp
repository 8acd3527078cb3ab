#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "plate-synth/scenes.hpp"

namespace menshen::synth {
namespace {

/// Fills `alpha` 0..255 with 1 - shadow around the cover, a little below it.
void cast_shadow(cv::Mat& part, const cv::Mat& cover, double depth) {
    cv::Mat soft;
    const int reach = std::max(1, part.rows / 10);
    cv::blur(cover, soft, {2 * reach + 1, 2 * reach + 1});
    const int d = cvRound(depth * 256);
    for (int y = 0; y < part.rows; ++y) {
        const auto* s = soft.ptr<std::uint8_t>(std::max(0, y - reach / 2));
        auto* p = part.ptr<std::uint8_t>(y);
        for (int x = 0; x < part.cols; ++x, p += 3) {
            const int left = 256 - d * s[x] / 255;
            for (int c = 0; c < 3; ++c) p[c] = static_cast<std::uint8_t>(p[c] * left >> 8);
        }
    }
}

void blend(cv::Mat& part, const cv::Mat& plate, const cv::Mat& cover, const Pasting& how) {
    std::array<int, 3> gain{};
    for (std::size_t c = 0; c < 3; ++c) gain[c] = cvRound(256 * how.gain * how.cast[c]);
    for (int y = 0; y < part.rows; ++y) {
        const auto* a = cover.ptr<std::uint8_t>(y);
        const auto* q = plate.ptr<std::uint8_t>(y);
        auto* p = part.ptr<std::uint8_t>(y);
        for (int x = 0; x < part.cols; ++x, p += 3, q += 3) {
            if (a[x] == 0) continue;
            for (int c = 0; c < 3; ++c) {
                const int lit = std::min(255, q[c] * gain[static_cast<std::size_t>(c)] >> 8);
                p[c] = static_cast<std::uint8_t>(p[c] + (lit - p[c]) * a[x] / 255);
            }
        }
    }
}

}  // namespace

cv::Rect bounds_of(const Corners& c, double margin, cv::Size inside) {
    const auto [x0, x1] = std::minmax({c[0].x, c[1].x, c[2].x, c[3].x});
    const auto [y0, y1] = std::minmax({c[0].y, c[1].y, c[2].y, c[3].y});
    const cv::Rect box(cv::Point(cvFloor(double{x0} - margin), cvFloor(double{y0} - margin)),
                       cv::Point(cvCeil(double{x1} + margin) + 1, cvCeil(double{y1} + margin) + 1));
    return box & cv::Rect(cv::Point(), inside);
}

void paste(cv::Mat& frame, const cv::Mat& bgr, const cv::Mat& cover, const Corners& source, const Corners& corners,
           const Pasting& how) {
    const cv::Rect box = bounds_of(corners, 0.25 * height_of(corners) + 2, frame.size());
    if (box.width < 3 || box.height < 3) return;
    const auto h = homography(moved(corners, -cv::Point2f(box.tl())), source);
    cv::Mat plate, alpha;
    cv::warpPerspective(bgr, plate, h, box.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    cv::warpPerspective(cover, alpha, h, box.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT,
                        cv::Scalar(0));
    if (how.blur > 0.3) {
        cv::GaussianBlur(plate, plate, {}, how.blur, 0, cv::BORDER_REPLICATE);
        cv::GaussianBlur(alpha, alpha, {}, how.blur, 0, cv::BORDER_REPLICATE);
    }
    cv::Mat part = frame(box);
    if (how.shadow > 0) cast_shadow(part, alpha, how.shadow);
    blend(part, plate, alpha, how);
}

double brightness_around(const cv::Mat& frame, const Corners& corners) {
    const cv::Rect box = bounds_of(corners, 0.8 * height_of(corners), frame.size());
    if (box.empty()) return 110;
    const cv::Scalar mean = cv::mean(frame(box));
    return 0.114 * mean[0] + 0.587 * mean[1] + 0.299 * mean[2];
}

void wipe(cv::Mat& frame, const Corners& corners) {
    const double margin = 0.12 * height_of(corners);
    const cv::Rect box = bounds_of(corners, margin, frame.size());
    if (box.width < 4 || box.height < 4) return;
    const int ring = std::max(2, box.height / 5);
    const cv::Rect wide(box.x - ring, box.y - ring, box.width + 2 * ring, box.height + 2 * ring);
    const auto side = [&](cv::Rect r) {
        r &= cv::Rect(cv::Point(), frame.size());
        return r.empty() ? cv::mean(frame(box)) : cv::mean(frame(r));
    };
    const cv::Scalar above = side({wide.x, wide.y, wide.width, ring}),
                     below = side({wide.x, box.br().y, wide.width, ring});
    for (int y = 0; y < box.height; ++y) {
        const double t = static_cast<double>(y) / box.height;
        frame(cv::Rect(box.x, box.y + y, box.width, 1)).setTo(above * (1 - t) + below * t);
    }
    cv::Mat part = frame(wide & cv::Rect(cv::Point(), frame.size()));
    cv::blur(part, part, {ring | 1, ring | 1});
}

void dazzle(Rng& rng, cv::Mat& frame, cv::Point2f middle, double plate_width) {
    const double apart = plate_width * rng.uniform(1.2, 2.2), rise = -plate_width * rng.uniform(0.0, 0.7);
    const double core = plate_width * rng.uniform(0.12, 0.5), halo = core * rng.uniform(2, 7),
                 power = rng.uniform(150, 320);
    for (const double sign : {-1.0, 1.0}) {
        if (rng.chance(0.15)) continue;
        const cv::Point2d at(double{middle.x} + sign * apart, double{middle.y} + rise);
        const auto reach = static_cast<float>(halo);
        const cv::Point2f p(at);
        const cv::Rect box = bounds_of({p + cv::Point2f(-reach, -reach), p + cv::Point2f(reach, -reach),
                                        p + cv::Point2f(reach, reach), p + cv::Point2f(-reach, reach)},
                                       0, frame.size());
        for (int y = box.y; y < box.br().y; ++y) {
            auto* row = frame.ptr<std::uint8_t>(y);
            for (int x = box.x; x < box.br().x; ++x) {
                const double d2 = (x - at.x) * (x - at.x) + (y - at.y) * (y - at.y);
                const double fall = std::max(0.0, 1 - d2 / (halo * halo)), near = core * core / (core * core + d2);
                const double light = power * near * fall;
                for (int c = 0; c < 3; ++c) row[3 * x + c] = cv::saturate_cast<std::uint8_t>(row[3 * x + c] + light);
            }
        }
    }
}

}  // namespace menshen::synth
