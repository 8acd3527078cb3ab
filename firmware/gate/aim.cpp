#include "aim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "values/plate_size.hpp"

namespace menshen::gate {

namespace {

/// Degrees between the plate's middle line and the horizontal.
float tilt(const Read& read) {
    const auto& c = read.corners;
    const float x = c[1].x + c[2].x - c[0].x - c[3].x, y = c[1].y + c[2].y - c[0].y - c[3].y;
    return std::atan2(std::abs(y), std::abs(x)) * 180 / std::numbers::pi_v<float>;
}

/// Width by height when seen from the front, for the grounds that only plates of one row have (GA 36: 440 × 140 mm,
/// new energy 480 × 140 mm); 0 for others.
float aspect_of(PlateColour colour) {
    if (colour == PlateColour::blue) return 440.F / 140;
    return colour == PlateColour::green || colour == PlateColour::yellow_green ? 480.F / 140 : 0;
}

bool seen_from_the_side(const Read& plate) {
    const float height = plate_height(plate), aspect = aspect_of(plate.colour);
    return aspect > 0 && height > 0 && plate_width(plate) / height < aim_narrowed * aspect;
}

void judge_width(float width, const AimWidths& widths, std::vector<AimWord>& out) {
    const auto best_zh = fmt::format("{:.0f} 至 {:.0f} 像素最好", widths.good_from, widths.good_to);
    const auto best_en = fmt::format("{:.0f} to {:.0f} px is best", widths.good_from, widths.good_to);
    if (width < widths.least) {
        out.push_back({"too_small",
                       AimLevel::bad,
                       {"车牌太小", "The plate is too small"},
                       "拉近镜头，或把摄像机移近：" + best_zh,
                       "Zoom in, or move the camera nearer: " + best_en});
    } else if (width > widths.most) {
        out.push_back({"too_large",
                       AimLevel::bad,
                       {"车牌太大", "The plate is too large"},
                       "拉远镜头，或把摄像机移远：" + best_zh,
                       "Zoom out, or move the camera away: " + best_en});
    } else if (width < widths.good_from) {
        out.push_back({"small",
                       AimLevel::fair,
                       {"车牌偏小", "The plate is a little small"},
                       "夜间和雨天会漏读。再拉近：" + best_zh,
                       "Night or rain will miss it. Zoom in: " + best_en});
    } else if (width > widths.good_to) {
        out.push_back({"large",
                       AimLevel::fair,
                       {"车牌偏大", "The plate is a little large"},
                       "车很快驶出画面。再拉远：" + best_zh,
                       "A car soon leaves the picture. Zoom out: " + best_en});
    }
}

}  // namespace

AimWidths aim_widths(int frame_width, int frame_height) {
    const float scale = static_cast<float>(std::max(frame_width, frame_height)) / aim_frame;
    AimWidths out;
    out.least *= std::max(1.F, scale);
    out.good_from *= std::max(1.F, scale);
    out.good_to = std::max(out.good_from, out.good_to * scale);
    out.most = std::max(out.good_to, out.most * scale);
    return out;
}

bool in_region(const AimRegion& region, const Read& plate) {
    if (region.size() < 3) return true;
    double x = 0, y = 0;
    for (const Point& corner : plate.corners) x += double{corner.x} / 4, y += double{corner.y} / 4;
    x /= std::max(1, plate.frame_width);
    y /= std::max(1, plate.frame_height);
    bool inside = false;  // a line from the point to the left crosses the polygon an odd number of times
    for (std::size_t i = 0, j = region.size() - 1; i < region.size(); j = i++) {
        const auto &a = region[i], &b = region[j];
        if ((a[1] > y) != (b[1] > y) && x > a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])) inside = !inside;
    }
    return inside;
}

std::vector<AimWord> judge_aim(const Read& plate, const AimRegion& region) {
    std::vector<AimWord> out;
    if (!in_region(region, plate)) {
        out.push_back({"outside",
                       AimLevel::bad,
                       {"车牌在识别区域外", "The plate is outside of the region"},
                       "停在这里的车不会被识别。转动摄像机，或改站点文件里的 roi",
                       "A car here is not read. Turn the camera, or change roi in the site file"});
    }
    const float width = plate_width(plate);
    const auto widths = aim_widths(plate.frame_width, plate.frame_height);
    judge_width(width, widths, out);
    if (tilt(plate) > aim_tilt) {
        out.push_back({"tilted",
                       AimLevel::bad,
                       {"画面歪斜", "The picture is askew"},
                       "车牌不水平：把摄像机转正",
                       "The plate does not lie level: turn the camera upright"});
    }
    if (seen_from_the_side(plate)) {
        out.push_back({"from_the_side",
                       AimLevel::bad,
                       {"角度太偏", "Too far to the side"},
                       "把摄像机移向车道中线，水平夹角不超过 30°",
                       "Move the camera towards the middle of the lane, at most 30° off"});
    }
    // a plate that is too small is soft as well: that is said already
    if (width >= widths.good_from && plate.sharpness < aim_sharpness) {
        out.push_back({"blurred",
                       AimLevel::bad,
                       {"画面模糊", "The picture is blurred"},
                       "调焦，擦镜头；车在动时缩短快门",
                       "Focus, wipe the lens; for moving cars a shorter shutter"});
    }
    std::stable_sort(out.begin(), out.end(), [](const AimWord& a, const AimWord& b) { return a.level > b.level; });
    if (out.empty()) {
        out.push_back(
            {"good", AimLevel::good, {"合适", "Good"}, "位置、大小、清晰度都好", "Place, size and focus are right"});
    }
    return out;
}

}  // namespace menshen::gate
