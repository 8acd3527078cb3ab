#include "plate-synth/flat.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

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

struct Relief {
    int dx, dy, depth;  // where the light comes from, and its strength in 256ths
};

/// Columns `span` of one row.
void print_span(std::uint8_t* out, const std::uint8_t* mask, const std::uint8_t* lit, std::pair<int, int> span,
                int cols, const cv::Vec3f& ink, const Relief& relief) {
    const std::array<int, 3> colour{cvRound(ink[0]), cvRound(ink[1]), cvRound(ink[2])};
    for (int x = span.first; x < span.second; ++x) {
        const int a = mask[x], from = std::clamp(x - relief.dx, 0, cols - 1);
        const int edge = (a - lit[from]) * relief.depth / 256;
        if (a == 0 && edge == 0) continue;
        for (int c = 0; c < 3; ++c) {
            const int ground = out[3 * x + c];
            const int value = ground + (colour[static_cast<std::size_t>(c)] - ground) * a / 255 + edge;
            out[3 * x + c] = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
        }
    }
}

}  // namespace

cv::Mat Painter::ink_mask(Rng& rng, const PlateText& text, const Flat& flat) const {
    cv::Mat mask(flat.bgr.size(), CV_8U, cv::Scalar(0));
    const GlyphSet::Style style = glyphs_.style(rng);
    const double edge = 128 + rng.normal(5, 11), chinese_edge = 128 + rng.normal(0, 8);
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
    Relief relief{rng.between(-1, 1), rng.chance(0.8) ? 1 : -1, rng.chance(0.6) ? rng.below(72) : 0};
    const Layout& l = flat.layout;
    const int cols = bgr.cols;
    const int first_end = p.first_count > 0 ? std::min(cols, cvRound(flat.at(l.boxes[p.first_count].x - 4, 0).x)) : 0;
    const int last_begin = p.last_ink == p.ink ? cols : cvRound(flat.at(l.boxes[l.count - 1].x - 4, 0).x);
    const int second_row = l.rows == 2 ? cvRound(flat.at(0, l.boxes[2].y - 5).y) : bgr.rows;
    for (int y = 0; y < bgr.rows; ++y) {
        const bool upper = l.rows == 1 || y < second_row, lower = l.rows == 1 || y >= second_row;
        const int from = upper ? (l.rows == 2 && p.first_count >= 2 ? cols : first_end) : 0;
        const int to = std::max(from, lower ? last_begin : cols);
        const auto* m = mask.ptr<std::uint8_t>(y);
        const auto* lit = mask.ptr<std::uint8_t>(std::clamp(y - relief.dy, 0, bgr.rows - 1));
        auto* out = bgr.ptr<std::uint8_t>(y);
        print_span(out, m, lit, {0, from}, cols, p.first_ink, relief);
        print_span(out, m, lit, {from, to}, cols, p.ink, relief);
        print_span(out, m, lit, {to, cols}, cols, p.last_ink, relief);
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
    if (rng.chance(0.16 * options.wear)) wear_off(rng, mask, textures_);
    print(flat.bgr, mask, flat, palette, rng);
    if (text.sort != Sort::paper) screw_on(rng, flat);
    if (rng.chance(0.4 * options.wear)) soil(rng, flat, textures_);
    mount(rng, flat, glyphs_, options.surround > 0);
    if (options.wear > 0) light(rng, flat);
    return flat;
}

}  // namespace menshen::synth
