// What time, weather and owners do to a plate.
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "plate-synth/flat.hpp"

namespace menshen::synth {
namespace {

cv::Scalar scalar(const cv::Vec3f& c) {
    return {double{c[0]}, double{c[1]}, double{c[2]}};
}

cv::Vec3f grey(Rng& rng, double low, double high) {
    return from_hsv(rng.uniform(0, 360), rng.uniform(0, 0.12), rng.uniform(low, high));
}

/// Colours of car bodies, bumpers and grilles.
cv::Vec3f body_colour(Rng& rng) {
    const double pick = rng.unit();
    if (pick < 0.4) return grey(rng, 0.02, 0.25);
    if (pick < 0.75) return grey(rng, 0.4, 1);
    return from_hsv(rng.uniform(0, 360), rng.uniform(0.3, 0.9), rng.uniform(0.1, 0.8));
}

/// Between `by` and 1, falling where the clouds are thick.
cv::Mat cloud_table(double from, double to, double most) {
    cv::Mat table(1, 256, CV_8U);
    for (int v = 0; v < 256; ++v)
        table.at<std::uint8_t>(v) =
            cv::saturate_cast<std::uint8_t>(255 * most * std::clamp((v - from) / std::max(1.0, to - from), 0.0, 1.0));
    return table;
}

void mix(cv::Mat& bgr, const cv::Mat& alpha, const cv::Vec3f& colour) {
    const int b = cvRound(colour[0]), g = cvRound(colour[1]), r = cvRound(colour[2]);
    for (int y = 0; y < bgr.rows; ++y) {
        const auto* a = alpha.ptr<std::uint8_t>(y);
        auto* p = bgr.ptr<std::uint8_t>(y);
        for (int x = 0; x < bgr.cols; ++x, p += 3) {
            const int t = a[x];
            p[0] = static_cast<std::uint8_t>(p[0] + (b - p[0]) * t / 255);
            p[1] = static_cast<std::uint8_t>(p[1] + (g - p[1]) * t / 255);
            p[2] = static_cast<std::uint8_t>(p[2] + (r - p[2]) * t / 255);
        }
    }
}

void letter_strip(Rng& rng, Flat& flat, const GlyphSet& glyphs, double y, double height, const cv::Vec3f& ink) {
    const cv::Mat& word = rng.pick(glyphs.words());
    const int h = cvRound(height * flat.scale);
    const int w = std::min(cvRound(flat.layout.width * flat.scale * 0.9), h * word.cols / word.rows * 2);
    if (h < 3 || w < 8) return;
    cv::Mat sized;
    cv::resize(word, sized, {w, h}, 0, 0, cv::INTER_AREA);
    const cv::Point2d middle = flat.at(flat.layout.width / 2, y);
    const cv::Rect place =
        cv::Rect(cvRound(middle.x) - w / 2, cvRound(middle.y), w, h) & cv::Rect(0, 0, flat.bgr.cols, flat.bgr.rows);
    if (place.area() == 0) return;
    cv::Mat part = flat.bgr(place);
    mix(part, sized(cv::Rect(0, 0, place.width, place.height)), ink);
}

/// A holder around the plate: `over` covers its edge, `beyond` sticks out.
void frame(Rng& rng, Flat& flat, const GlyphSet& glyphs) {
    const cv::Vec3f colour =
        rng.chance(0.6) ? grey(rng, 0.03, 0.2) : (rng.chance(0.7) ? grey(rng, 0.5, 1) : body_colour(rng));
    const double over = rng.chance(0.6) ? rng.uniform(-2, 3) : rng.uniform(2, 9), beyond = rng.uniform(4, flat_margin);
    const Layout& l = flat.layout;
    const auto bar = [&](double x0, double y0, double x1, double y1) {
        const cv::Rect place = cv::Rect(cv::Point(flat.at(x0, y0)), cv::Point(flat.at(x1, y1))) &
                               cv::Rect(0, 0, flat.bgr.cols, flat.bgr.rows);
        flat.bgr(place).setTo(scalar(colour * static_cast<float>(rng.uniform(0.85, 1.15))));
        flat.cover(place).setTo(255);
    };
    const double bottom_over = rng.chance(0.3) ? over + rng.uniform(0, 8) : over;
    bar(-beyond, -beyond, over, l.height + beyond);
    bar(l.width - over, -beyond, l.width + beyond, l.height + beyond);
    bar(-beyond, -beyond, l.width + beyond, over);
    bar(-beyond, l.height - bottom_over, l.width + beyond, l.height + beyond);
    if (beyond > 9 && rng.chance(0.6)) {
        const cv::Vec3f ink = colour[1] > 110 ? grey(rng, 0, 0.3) : grey(rng, 0.6, 1);
        const double height = beyond * rng.uniform(0.5, 0.8);
        letter_strip(rng, flat, glyphs, rng.chance(0.8) ? l.height + beyond * 0.12 : -beyond * 0.9, height, ink);
    }
}

/// A shadow with an edge, upright or lying.
void shade(Rng& rng, cv::Mat& bgr) {
    cv::Mat left(bgr.size(), CV_8U, cv::Scalar(255));
    const double w = bgr.cols, h = bgr.rows;
    const double x = rng.uniform(0, w), lean = rng.uniform(-1.5, 1.5) * h;
    const double y = rng.uniform(0.1, 0.9) * h, fall = rng.uniform(-0.4, 0.4) * h;
    const bool other = rng.chance(0.5), level = rng.chance(0.4);
    const double side = other ? w : 0, end = other ? h : 0;
    const std::vector<cv::Point> area = level ? std::vector<cv::Point>{cv::Point2d(0, y), cv::Point2d(w, y + fall),
                                                                       cv::Point2d(w, end), cv::Point2d(0, end)}
                                              : std::vector<cv::Point>{cv::Point2d(x, 0), cv::Point2d(x + lean, h),
                                                                       cv::Point2d(side, h), cv::Point2d(side, 0)};
    cv::fillConvexPoly(left, area, cv::Scalar(255 * rng.uniform(0.38, 0.8)));
    if (rng.chance(0.5)) cv::blur(left, left, {cvRound(h / 10) | 1, cvRound(h / 10) | 1});
    for (int row = 0; row < bgr.rows; ++row) {
        auto* p = bgr.ptr<std::uint8_t>(row);
        const auto* s = left.ptr<std::uint8_t>(row);
        for (int i = 0; i < bgr.cols; ++i, p += 3)
            for (int c = 0; c < 3; ++c) p[c] = static_cast<std::uint8_t>(p[c] * s[i] / 255);
    }
}

/// A lamp or the sun, mirrored.
void glare(Rng& rng, cv::Mat& bgr) {
    const double cx = rng.uniform(0, bgr.cols), cy = rng.uniform(0, bgr.rows), high = rng.uniform(0.15, 0.7) * bgr.rows;
    const double wide = high * rng.uniform(1, 3), power = rng.uniform(50, 170);
    for (int y = std::max(0, cvFloor(cy - 2 * high)); y < std::min(bgr.rows, cvCeil(cy + 2 * high)); ++y) {
        auto* p = bgr.ptr<std::uint8_t>(y);
        const double dy = (y - cy) / high;
        for (int x = std::max(0, cvFloor(cx - 2 * wide)); x < std::min(bgr.cols, cvCeil(cx + 2 * wide)); ++x) {
            const double dx = (x - cx) / wide, fall = std::max(0.0, 1 - 0.25 * (dx * dx + dy * dy));
            const int more = cvRound(power * fall * fall);
            for (int c = 0; c < 3; ++c) p[3 * x + c] = static_cast<std::uint8_t>(std::min(255, p[3 * x + c] + more));
        }
    }
}

}  // namespace

void screw_on(Rng& rng, Flat& flat) {
    const Layout& l = flat.layout;
    const cv::Vec3f colour = rng.chance(0.15) ? from_hsv(rng.uniform(0, 360), 0.6, 0.7) : grey(rng, 0.15, 1);
    const double radius = (rng.chance(0.5) ? rng.uniform(3, 6) : rng.uniform(6, 11)) * l.height / 140;
    const double top_y = rng.uniform(9, 15) * l.height / 140;
    const bool top = rng.chance(0.8), bottom = rng.chance(0.4);
    for (int i = 0; i < 4; ++i) {
        if (i < 2 ? !top : !bottom) continue;
        const double x = l.width / 2 + (i % 2 == 0 ? -1 : 1) * rng.uniform(0.225, 0.265) * l.width;
        const double y = i < 2 ? top_y : l.height - top_y;
        const cv::Point at(flat.at(x + rng.normal(0, 2), y) * 16);
        const int r = cvRound(radius * flat.scale * 16);
        cv::circle(flat.bgr, at, r, scalar(colour), -1, cv::LINE_AA, 4);
        cv::circle(flat.bgr, at + cv::Point(r / 3, r / 3), r / 2,
                   scalar(colour * static_cast<float>(rng.uniform(0.3, 1.1))), -1, cv::LINE_AA, 4);
    }
}

void mount(Rng& rng, Flat& flat, const GlyphSet& glyphs, bool surround) {
    flat.cover.create(flat.bgr.size(), CV_8U);
    flat.cover.setTo(0);
    const cv::Point from(flat.at(0, 0)), to(flat.at(flat.layout.width, flat.layout.height));
    flat.cover(cv::Rect(from, to)).setTo(255);
    if (surround) {
        const cv::Vec3f above = body_colour(rng), below = rng.chance(0.5) ? above : body_colour(rng);
        flat.bgr.rowRange(0, from.y).setTo(scalar(above));
        flat.bgr.rowRange(to.y, flat.bgr.rows).setTo(scalar(below * static_cast<float>(rng.uniform(0.3, 1))));
        flat.bgr(cv::Rect(0, from.y, from.x, to.y - from.y))
            .setTo(scalar(above * static_cast<float>(rng.uniform(0.6, 1))));
        flat.bgr(cv::Rect(to.x, from.y, flat.bgr.cols - to.x, to.y - from.y))
            .setTo(scalar(above * static_cast<float>(rng.uniform(0.6, 1))));
    }
    if (rng.chance(0.45)) frame(rng, flat, glyphs);
}

void soil(Rng& rng, Flat& flat, const Textures& textures) {
    cv::Mat& bgr = flat.bgr;
    const cv::Vec3f mud = from_hsv(rng.uniform(15, 50), rng.uniform(0.05, 0.45), rng.uniform(0.1, 0.6));
    cv::Mat alpha;
    if (rng.chance(0.75)) {  // a film of dust, thicker in clouds
        const double most = rng.chance(0.85) ? rng.uniform(0.08, 0.4) : rng.uniform(0.4, 0.6);
        cv::LUT(textures.clouds(rng, bgr.size(), rng.between(0, 2)),
                cloud_table(rng.uniform(-60, 120), rng.uniform(150, 260), most), alpha);
        mix(bgr, alpha, mud);
    }
    if (rng.chance(0.3)) {  // splashes
        const double from = rng.uniform(185, 225);
        cv::LUT(textures.clouds(rng, bgr.size(), rng.between(1, 2)),
                cloud_table(from, from + rng.uniform(5, 30), rng.uniform(0.3, 0.8)), alpha);
        mix(bgr, alpha, mud);
    }
    const int scratches = rng.chance(0.25) ? rng.between(1, 6) : 0;
    for (int i = 0; i < scratches; ++i) {
        const cv::Point a(rng.below(bgr.cols), rng.below(bgr.rows));
        const cv::Point b =
            a + cv::Point(rng.between(-bgr.cols / 4, bgr.cols / 4), rng.between(-bgr.rows / 3, bgr.rows / 3));
        cv::line(bgr, a, b, scalar(grey(rng, 0.2, 0.9)), 1, cv::LINE_AA);
    }
}

void wear_off(Rng& rng, cv::Mat& mask, const Textures& textures) {
    const double from = rng.uniform(165, 215), most = rng.uniform(0.2, 0.65);
    cv::Mat loss;
    cv::LUT(textures.clouds(rng, mask.size(), rng.between(1, 2)), cloud_table(from, from + rng.uniform(8, 50), most),
            loss);
    const int pale = rng.chance(0.4) ? cvRound(255 * rng.uniform(0.6, 0.95)) : 255;
    for (int y = 0; y < mask.rows; ++y) {
        auto* m = mask.ptr<std::uint8_t>(y);
        const auto* l = loss.ptr<std::uint8_t>(y);
        for (int x = 0; x < mask.cols; ++x) m[x] = static_cast<std::uint8_t>(m[x] * (255 - l[x]) / 255 * pale / 255);
    }
}

void light(Rng& rng, Flat& flat) {
    if (rng.chance(0.13)) shade(rng, flat.bgr);
    if (rng.chance(0.08)) glare(rng, flat.bgr);
}

}  // namespace menshen::synth
