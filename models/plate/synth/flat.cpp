#include "plate-synth/flat.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace menshen::synth {
namespace {

std::uint8_t clipped(float v) {
    return static_cast<std::uint8_t>(std::clamp(v, 0.0F, 255.0F));
}

cv::Rect pixels(const Flat& flat, const Box& b) {
    const cv::Point2d from = flat.at(b.x, b.y);
    return cv::Rect(cvRound(from.x), cvRound(from.y), std::max(2, cvRound(b.width * flat.scale)),
                    std::max(3, cvRound(b.height * flat.scale))) &
           cv::Rect(0, 0, flat.bgr.cols, flat.bgr.rows);
}

/// From distance to ink: an edge one pixel wide where the field says `edge`.
cv::Mat ink_table(double edge, double pixels_per_field_pixel) {
    cv::Mat table(1, 256, CV_8U);
    for (int v = 0; v < 256; ++v) {
        const double away = (v - edge) / field_slope * pixels_per_field_pixel;
        table.at<std::uint8_t>(v) = clipped(static_cast<float>(255 * (away + 0.5)));
    }
    return table;
}

void stamp(cv::Mat& mask, const cv::Mat& field, cv::Rect place, double edge) {
    if (place.width < 2 || place.height < 2) return;
    cv::Mat sized;
    cv::resize(field, sized, place.size(), 0, 0, place.width < field.cols * 3 / 4 ? cv::INTER_AREA : cv::INTER_LINEAR);
    const double shrink = std::sqrt(static_cast<double>(place.area()) / (field_width * field_height));
    cv::LUT(sized, ink_table(edge, shrink), sized);
    cv::Mat part = mask(place);
    cv::add(part, sized, part);  // saturates
}

void border(Rng& rng, cv::Mat& mask, const Flat& flat) {
    if (rng.chance(0.06)) return;
    const double inset = rng.uniform(2.5, 6.5), line = rng.uniform(1.2, 3.2);
    const Layout& l = flat.layout;
    const auto shade = cv::Scalar::all(std::min(255.0, 255 * line * flat.scale * rng.uniform(0.7, 1.1)));
    const auto at = [&](double x, double y) { return cv::Point(flat.at(x, y)); };
    cv::rectangle(mask, at(inset, inset), at(l.width - inset, l.height - inset), shade,
                  std::max(1, cvRound(line * flat.scale)));
}

}  // namespace

cv::Mat Painter::ink_mask(Rng& rng, const PlateText& text, const Flat& flat) const {
    cv::Mat mask(flat.bgr.size(), CV_8U, cv::Scalar(0));
    const GlyphSet::Style style = glyphs_.style(rng);
    const double edge = 128 + rng.normal(0, 9), chinese_edge = 128 + rng.normal(-2, 8);
    const double grow = rng.normal(0, 0.9);
    for (std::size_t i = 0; i < text.length; ++i) {
        Box b = flat.layout.boxes[i];
        const double wide = rng.normal(grow, 0.5), high = rng.normal(grow, 0.6);
        b = {b.x - wide + rng.normal(0, 0.5), b.y - high + rng.normal(0, 0.5), b.width + 2 * wide, b.height + 2 * high};
        const bool latin = text.symbols[i] >= first_letter && text.symbols[i] < first_suffix;
        stamp(mask, glyphs_.field(text.symbols[i], style, rng), pixels(flat, b), latin ? edge : chinese_edge);
    }
    const Layout& l = flat.layout;
    const double dot = l.dot_size * rng.uniform(0.7, 1.15) * flat.scale / 2;
    if (l.dot_size > 0 && !rng.chance(text.sort == Sort::energy_small ? 0.4 : 0.04)) {
        cv::circle(mask, cv::Point(flat.at(l.dot_x, l.dot_y) * 16), cvRound(std::max(0.5, dot) * 16),
                   cv::Scalar(dot < 0.7 ? 160 : 255), -1, cv::LINE_AA, 4);
    }
    border(rng, mask, flat);
    return mask;
}

void lay_ground(cv::Mat& bgr, const Flat& flat, const Palette& p) {
    const int split = p.left_mm > 0 ? std::clamp(cvRound(flat.at(p.left_mm, 0).x), 0, bgr.cols) : 0;
    const double first = flat.at(0, 0).y, last = flat.at(0, flat.layout.height).y;
    for (int y = 0; y < bgr.rows; ++y) {
        const auto t = static_cast<float>(std::clamp((y - first) / (last - first), 0.0, 1.0));
        const cv::Vec3f here = (1 - t) * p.top + t * p.bottom, left = (1 - t) * p.left_top + t * p.left_bottom;
        auto* row = bgr.ptr<cv::Vec3b>(y);
        std::fill(row, row + split, cv::Vec3b(left));
        std::fill(row + split, row + bgr.cols, cv::Vec3b(here));
    }
}

/// Ink over the ground, and the light on the raised characters' edges.
void print(cv::Mat& bgr, const cv::Mat& mask, const Flat& flat, const Palette& p, Rng& rng) {
    const int dx = rng.between(-1, 1), dy = rng.chance(0.8) ? 1 : -1;
    const float relief = rng.chance(0.6) ? static_cast<float>(rng.uniform(0, 0.28)) : 0.0F;
    const auto first_end = p.first_count > 0 ? flat.at(flat.layout.boxes[p.first_count].x - 4, 0).x : 0.0;
    const std::size_t last = flat.layout.count - 1;
    const double last_begin = p.last_ink == p.ink ? bgr.cols : flat.at(flat.layout.boxes[last].x - 4, 0).x;
    const double rows_end = flat.layout.rows == 2 ? flat.at(0, flat.layout.boxes[2].y - 5).y : bgr.rows;
    for (int y = 0; y < bgr.rows; ++y) {
        const auto* m = mask.ptr<std::uint8_t>(y);
        const auto* lit = mask.ptr<std::uint8_t>(std::clamp(y - dy, 0, bgr.rows - 1));
        auto* out = bgr.ptr<std::uint8_t>(y);
        for (int x = 0; x < bgr.cols; ++x) {
            const auto a = static_cast<float>(m[x]) / 255.0F;
            const float e = relief * static_cast<float>(m[x] - lit[std::clamp(x - dx, 0, bgr.cols - 1)]);
            const bool first = x < first_end && (y < rows_end || flat.layout.rows == 1);
            const bool final = x >= last_begin && (y >= rows_end || flat.layout.rows == 1);
            const cv::Vec3f& ink = first ? p.first_ink : (final ? p.last_ink : p.ink);
            for (int c = 0; c < 3; ++c) {
                const auto g = static_cast<float>(out[3 * x + c]);
                out[3 * x + c] = clipped(g + (ink[c] - g) * a + e);
            }
        }
    }
}

Flat Painter::paint(Rng& rng, const PlateText& text, const FlatOptions& options) const {
    Flat flat;
    flat.scale = options.scale;
    flat.layout = layout_of(form_of(text.sort));
    const cv::Size size(cvRound((flat.layout.width + 2 * flat_margin) * flat.scale),
                        cvRound((flat.layout.height + 2 * flat_margin) * flat.scale));
    flat.bgr.create(size, CV_8UC3);
    const Palette palette = random_palette(rng, text.sort);
    flat.contrast = contrast_of(palette);
    lay_ground(flat.bgr, flat, palette);
    cv::Mat mask = ink_mask(rng, text, flat);
    if (rng.chance(0.22 * options.wear)) wear_off(rng, mask, textures_);
    print(flat.bgr, mask, flat, palette, rng);
    if (text.sort != Sort::paper) screw_on(rng, flat);
    if (rng.chance(0.45 * options.wear)) soil(rng, flat, textures_);
    mount(rng, flat, glyphs_, options.surround > 0);
    if (options.wear > 0) light(rng, flat);
    return flat;
}

}  // namespace menshen::synth
