#include <algorithm>
#include <cmath>

#include "plate-synth/flat.hpp"

namespace menshen::synth {
namespace {

double luma(const cv::Vec3f& c) {
    return 0.114 * double{c[0]} + 0.587 * double{c[1]} + 0.299 * double{c[2]};
}

cv::Vec3f white_ink(Rng& rng) {
    return from_hsv(rng.uniform(20, 240), rng.uniform(0, 0.08), rng.uniform(0.8, 1));
}
cv::Vec3f black_ink(Rng& rng) {
    return from_hsv(rng.uniform(0, 360), rng.uniform(0, 0.3), rng.uniform(0.02, 0.2));
}
cv::Vec3f red_ink(Rng& rng) {
    return from_hsv(rng.uniform(350, 366), rng.uniform(0.7, 0.95), rng.uniform(0.55, 0.85));
}

/// Blue films differ: navy, royal, washed out, and nearly cyan on old plates and in cheap cameras.
cv::Vec3f blue_ground(Rng& rng) {
    const double pick = rng.unit();
    if (pick < 0.14) return from_hsv(rng.uniform(192, 207), rng.uniform(0.5, 0.95), rng.uniform(0.55, 0.95));
    if (pick < 0.42) return from_hsv(rng.uniform(216, 240), rng.uniform(0.25, 0.6), rng.uniform(0.38, 0.75));
    if (pick < 0.55) return from_hsv(rng.uniform(215, 240), rng.uniform(0.5, 0.9), rng.uniform(0.18, 0.4));
    return from_hsv(rng.uniform(206, 236), rng.uniform(0.55, 0.95), rng.uniform(0.4, 0.9));
}
cv::Vec3f yellow_ground(Rng& rng) {
    const double pick = rng.unit();
    if (pick < 0.25) return from_hsv(rng.uniform(32, 52), rng.uniform(0.4, 0.8), rng.uniform(0.35, 0.6));
    if (pick < 0.35) return from_hsv(rng.uniform(38, 56), rng.uniform(0.25, 0.5), rng.uniform(0.7, 0.95));
    return from_hsv(rng.uniform(34, 53), rng.uniform(0.65, 1), rng.uniform(0.6, 1));
}
cv::Vec3f dark_green(Rng& rng) {
    return from_hsv(rng.uniform(135, 172), rng.uniform(0.5, 0.95), rng.uniform(0.25, 0.55));
}

void even(Palette& p, const cv::Vec3f& ground) {
    p.top = p.bottom = p.left_top = p.left_bottom = ground;
}

/// New energy: from nearly white at the top down to green; the large kind's first two characters stand on yellow.
void energy(Rng& rng, Palette& p, bool large) {
    const double hue = rng.uniform(118, 165);
    const double vivid = rng.uniform(0.25, 0.9);
    p.bottom = from_hsv(hue, vivid, rng.uniform(0.45, 0.92));
    p.top = from_hsv(hue, vivid * rng.uniform(0.02, 0.5), rng.uniform(0.72, 1));
    if (rng.chance(0.12)) p.top = p.bottom;  // a camera far off, or dirt, leaves no run of colour
    if (large) {
        if (rng.chance(0.6)) p.top = 0.7F * p.bottom + 0.3F * p.top;
        p.left_mm = 480.0 / 2 - rng.uniform(98, 112);
        p.left_top = p.left_bottom = yellow_ground(rng);
    } else {
        p.left_top = p.top;
        p.left_bottom = p.bottom;
    }
    p.ink = black_ink(rng);
}

void service(Rng& rng, Palette& p, Sort sort) {
    even(p, from_hsv(rng.uniform(30, 240), rng.uniform(0, 0.08), rng.uniform(0.75, 1)));
    p.ink = black_ink(rng);
    if (sort == Sort::army || sort == Sort::army_two_rows) p.first_count = 2;
    if (sort == Sort::armed_police) p.first_count = 3;
    if (sort == Sort::paper) even(p, from_hsv(rng.uniform(190, 215), rng.uniform(0.02, 0.3), rng.uniform(0.8, 1)));
}

}  // namespace

cv::Vec3f from_hsv(double hue, double saturation, double value) {
    const auto channel = [&](double n) {
        const double k = std::fmod(n + hue / 60 + 6, 6);
        return static_cast<float>(255 * (value - value * saturation * std::clamp(std::min(k, 4 - k), 0.0, 1.0)));
    };
    return {channel(1), channel(3), channel(5)};
}

Palette random_palette(Rng& rng, Sort sort) {
    Palette p;
    switch (colour_of(sort)) {
        case PlateColour::yellow:
            even(p, yellow_ground(rng));
            p.ink = black_ink(rng);
            break;
        case PlateColour::green:
            if (sort == Sort::energy_small) {
                energy(rng, p, false);
            } else {
                even(p, dark_green(rng));
                p.ink = white_ink(rng);
            }
            break;
        case PlateColour::yellow_green:
            energy(rng, p, true);
            break;
        case PlateColour::white:
            service(rng, p, sort);
            break;
        case PlateColour::black:
            even(p, from_hsv(rng.uniform(0, 360), rng.uniform(0, 0.25), rng.uniform(0.03, 0.22)));
            p.ink = white_ink(rng);
            break;
        default:
            even(p, blue_ground(rng));
            p.ink = white_ink(rng);
            break;
    }
    p.first_ink = p.last_ink = p.border = p.ink;
    if (p.first_count > 0) p.first_ink = red_ink(rng);
    const bool embassy = sort == Sort::embassy || sort == Sort::embassy_old;
    if (sort == Sort::police || sort == Sort::police_two_rows || (embassy && rng.chance(0.35)))
        p.last_ink = red_ink(rng);
    if (sort == Sort::embassy_old) {
        p.first_ink = p.last_ink;
        p.first_count = 1;
        p.last_ink = p.ink;
    }
    return p;
}

Contrast contrast_of(const Palette& p) {
    const double ink = luma(p.ink), ground = 0.5 * (luma(p.top) + luma(p.bottom));
    return {std::min(ink, ground), std::max(ink, ground)};
}

}  // namespace menshen::synth
