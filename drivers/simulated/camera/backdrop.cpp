#include "twin-scene/backdrop.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace menshen::twin {
namespace {

constexpr double wall_z = 26;
constexpr double island_end = 8.5;

void box(Canvas& canvas, cv::Point3d low, cv::Point3d high, const cv::Scalar& paint) {
    const bool left_of_eye = high.x < canvas.view().position().x;
    const double x = left_of_eye ? high.x : low.x;  // the side that the camera sees
    canvas.polygon({{x, high.y, low.z}, {x, high.y, high.z}, {x, low.y, high.z}, {x, low.y, low.z}}, paint * 0.75);
    if (high.y < canvas.view().position().y)
        canvas.polygon(
            {{low.x, high.y, low.z}, {high.x, high.y, low.z}, {high.x, high.y, high.z}, {low.x, high.y, high.z}},
            paint * 1.08);
    canvas.polygon({{low.x, high.y, low.z}, {high.x, high.y, low.z}, {high.x, low.y, low.z}, {low.x, low.y, low.z}},
                   paint);
}

/// A board with text: what an eye may take for a plate and must not.
void sign(Canvas& canvas, const Glyphs& glyphs, std::string_view text, cv::Point3d upper_left, double height,
          const cv::Scalar& ground, const cv::Scalar& ink) {
    constexpr int pixels = 96;
    constexpr int border = 22;
    const cv::Mat mask = glyphs.line(text, pixels);
    cv::Mat board(pixels + 2 * border, mask.cols + 2 * border, CV_8UC3, canvas.light().shade(ground, 0.15));
    cv::rectangle(board, {6, 6}, {board.cols - 7, board.rows - 7}, canvas.light().shade(ink, 0.15), 4);
    board(cv::Rect(border, border, mask.cols, mask.rows)).setTo(canvas.light().shade(ink, 0.15), mask > 110);
    const double width = height * board.cols / board.rows;
    const cv::Point3d right(width, 0, 0);
    const cv::Point3d down(0, -height, 0);
    canvas.picture(board, {upper_left, upper_left + right, upper_left + right + down, upper_left + down});
}

void draw_far(Canvas& canvas, cv::RNG& rng) {
    const double bottom = canvas.view().project({0, 0, wall_z}).y;
    cv::Mat& picture = canvas.pixels();
    for (int y = 0; y < picture.rows; ++y) {
        const double t = std::clamp(y / std::max(bottom, 1.0), 0.0, 1.0);
        picture.row(y) = canvas.light().shade(cv::Scalar(226, 206, 188) * (1 - t) + cv::Scalar(236, 232, 228) * t);
    }
    canvas.polygon({{-40, 3.4, wall_z}, {20, 3.4, wall_z}, {20, 0, wall_z}, {-40, 0, wall_z}}, {158, 168, 178});
    for (int i = 0; i < 30; ++i) {  // windows
        const double x = -30 + 1.6 * i;
        canvas.polygon({{x, 2.9, wall_z - 0.02},
                        {x + 0.9, 2.9, wall_z - 0.02},
                        {x + 0.9, 1.5, wall_z - 0.02},
                        {x, 1.5, wall_z - 0.02}},
                       cv::Scalar(112, 104, 96) * rng.uniform(0.7, 1.2));
    }
    for (int i = 0; i < 260; ++i) {  // hedge
        const double x = rng.uniform(-24.0, 10.0);
        const double r = rng.uniform(0.12, 0.4);
        const double y = rng.uniform(0.1, 0.8);
        const double shade = rng.uniform(0.6, 1.2);
        std::vector<cv::Point3d> leaf;
        leaf.reserve(7);
        for (int k = 0; k < 7; ++k)
            leaf.emplace_back(x + r * std::cos(k * 0.9), y + r * std::sin(k * 0.9), wall_z - 1.5);
        canvas.polygon(leaf, cv::Scalar(62, 104, 74) * shade);
    }
}

void draw_ground(Canvas& canvas, cv::RNG& rng) {
    constexpr int rows = 24;
    for (int i = 0; i < rows; ++i) {  // asphalt, a little lighter far away
        const double z0 = 1.2 + (wall_z - 2.7) * std::pow(1 - static_cast<double>(i) / rows, 2);
        const double z1 = 1.2 + (wall_z - 2.7) * std::pow(1 - static_cast<double>(i + 1) / rows, 2);
        const double grey = 96 + 1.6 * z1;
        canvas.polygon({{-40, 0, z0}, {20, 0, z0}, {20, 0, z1}, {-40, 0, z1}}, cv::Scalar(grey + 4, grey + 1, grey));
    }
    for (int i = 0; i < 40; ++i) {  // stains and cracks
        const double x = rng.uniform(-4.0, 2.0);
        const double z = rng.uniform(3.0, 16.0);
        const double w = rng.uniform(0.05, 0.35);
        canvas.polygon({{x, 0, z}, {x + w, 0, z + 0.05}, {x + w * 0.8, 0, z + 0.3}, {x - 0.03, 0, z + 0.2}},
                       cv::Scalar::all(rng.uniform(82, 106)));
    }
    for (int i = 0; i < 6; ++i) {  // the line between the lanes
        const double z = 9.5 + 2.4 * i;
        canvas.polygon({{-1.75, 0, z}, {-1.6, 0, z}, {-1.6, 0, z + 1.3}, {-1.75, 0, z + 1.3}}, {212, 214, 214});
    }
    canvas.polygon({{-1.4, 0, stop_z - 0.75}, {1.3, 0, stop_z - 0.75}, {1.3, 0, stop_z - 0.5}, {-1.4, 0, stop_z - 0.5}},
                   {214, 216, 216});
}

void draw_islands(Canvas& canvas, const Glyphs& glyphs) {
    for (const double x : {-2.3, 1.38})
        for (int i = 13; i >= 0; --i) {
            const double z = 2.0 + i * (island_end - 2.0) / 14;
            box(canvas, {x, 0, z}, {x + (x < 0 ? 0.6 : 1.4), 0.16, z + (island_end - 2.0) / 14},
                i % 2 == 0 ? cv::Scalar(48, 190, 232) : cv::Scalar(46, 46, 46));
        }
    box(canvas, {-9.0, 0, 14.0}, {-6.4, 2.9, 17.0}, {186, 182, 176});  // the booth
    canvas.polygon({{-8.7, 1.9, 13.99}, {-6.7, 1.9, 13.99}, {-6.7, 1.0, 13.99}, {-8.7, 1.0, 13.99}}, {92, 80, 66});
    sign(canvas, glyphs, "门卫室 A1", {-8.4, 0.85, 13.98}, 0.42, {240, 240, 240}, {40, 30, 170});
    box(canvas, {-2.9, 0, 15.0}, {-2.8, 1.1, 15.1}, {120, 120, 120});
    sign(canvas, glyphs, "P2 停车 5KM", {-3.9, 1.6, 14.99}, 0.5, {170, 84, 20}, {245, 245, 245});
    box(canvas, {1.4, 0.16, arm_z}, {1.7, 1.08, arm_z + 0.3}, {44, 150, 226});  // the barrier's cabinet
}

/// Grain that stays in place: plaster, asphalt, leaves.
void add_grain(cv::Mat& picture, cv::RNG& rng, double strength) {
    cv::Mat fine(picture.size(), CV_16SC1);
    rng.fill(fine, cv::RNG::NORMAL, 0, 5 * strength);
    cv::Mat coarse(picture.rows / 12 + 1, picture.cols / 12 + 1, CV_16SC1);
    rng.fill(coarse, cv::RNG::NORMAL, 0, 5 * strength);
    cv::resize(coarse, coarse, picture.size(), 0, 0, cv::INTER_LINEAR);
    cv::Mat grain = fine + coarse;
    cv::Mat grain3;
    cv::merge(std::vector<cv::Mat>{grain, grain, grain}, grain3);
    cv::add(picture, grain3, picture, cv::noArray(), CV_8U);
}

}  // namespace

cv::Mat draw_backdrop(const Glyphs& glyphs, const View& view, Light light, std::uint64_t seed) {
    cv::RNG rng(seed * 2862933555777941757U + 3037000493U);
    cv::Mat picture(view.size(), CV_8UC3);
    Canvas canvas(picture, view, light);
    draw_far(canvas, rng);
    draw_ground(canvas, rng);
    add_grain(picture, rng, light.weather == Weather::night ? 0.35 : 1.0);
    draw_islands(canvas, glyphs);
    return picture;
}

void draw_arm(Canvas& canvas, double up) {
    const double angle = std::clamp(up, 0.0, 1.0) * CV_PI * 0.48;
    const cv::Point3d pivot(1.5, 0.98, arm_z);
    constexpr double reach = 3.1;
    constexpr int pieces = 10;
    const cv::Point3d along(-std::cos(angle), std::sin(angle), 0);
    const cv::Point3d across(std::sin(angle) * 0.045, std::cos(angle) * 0.045, 0);
    for (int i = 0; i < pieces; ++i) {
        const cv::Point3d a = pivot + along * (reach * i / pieces);
        const cv::Point3d b = pivot + along * (reach * (i + 1) / pieces);
        canvas.polygon({a + across, b + across, b - across, a - across},
                       i % 2 == 0 ? cv::Scalar(42, 36, 200) : cv::Scalar(238, 238, 238), 0.2);
    }
}

}  // namespace menshen::twin
