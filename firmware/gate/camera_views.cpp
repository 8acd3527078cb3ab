#include "camera_views.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "values/plate_size.hpp"

namespace menshen::gate {

namespace {

namespace json = boost::json;

json::array points_json(const std::array<Point, 4>& corners) {
    json::array out;
    for (const Point& p : corners) out.push_back(json::array{p.x, p.y});
    return out;
}

json::array words_json(const std::vector<AimWord>& words) {
    constexpr std::array levels{"good", "fair", "bad"};
    json::array out;
    for (const auto& word : words) {
        out.push_back({{"key", word.key},
                       {"level", levels.at(static_cast<std::size_t>(word.level))},
                       {"zh", word.finding.zh},
                       {"en", word.finding.en},
                       {"advice", {{"zh", word.advice_zh}, {"en", word.advice_en}}}});
    }
    return out;
}

json::object plate_json(const Read& plate, const AimRegion& region) {
    return {{"corners", points_json(plate.corners)},
            {"text", plate.text},
            {"colour", to_string(plate.colour)},
            {"width", std::lround(plate_width(plate))},
            {"likelihood", plate.likelihood},
            {"sharpness", plate.sharpness},
            {"words", words_json(judge_aim(plate, region))}};
}

/// The plate that the camera is aimed at comes first: in the region, the widest.
json::array plates_json(std::vector<Read> plates, const AimRegion& region) {
    std::stable_sort(plates.begin(), plates.end(), [&](const Read& a, const Read& b) {
        const bool a_in = in_region(region, a), b_in = in_region(region, b);
        return a_in != b_in ? a_in : plate_width(a) > plate_width(b);
    });
    json::array out;
    for (const auto& plate : plates) out.push_back(plate_json(plate, region));
    return out;
}

}  // namespace

CameraViews::CameraViews(const site::Site& site) {
    for (const auto& camera : site.cameras) {
        auto& one = cameras_[camera.id];
        one.lane = camera.lane;
        one.region = camera.roi;
        const auto lane = std::find_if(site.lanes.begin(), site.lanes.end(),
                                       [&](const site::Lane& l) { return l.id == camera.lane; });
        if (lane != site.lanes.end()) one.lane_name = lane->name;
    }
}

CameraViews::Camera* CameraViews::find(const std::string& camera) {
    const auto it = cameras_.find(camera);
    return it == cameras_.end() ? nullptr : &it->second;
}

void CameraViews::on_beat(const std::string& camera, const eye_message::Beat& beat) {
    auto* one = find(camera);
    if (one == nullptr) return;
    one->state = beat.state;
    one->detail = beat.detail;
}

void CameraViews::on_gone(const std::string& camera, const std::string& why) {
    auto* one = find(camera);
    if (one == nullptr) return;
    one->state = "failed";
    one->detail = why;
}

void CameraViews::on_view(const std::string& camera, eye_message::View view, Instant now) {
    auto* one = find(camera);
    if (one == nullptr || !one->wanted || now - *one->wanted > kept_for) return;
    one->picture = std::make_shared<const std::vector<std::uint8_t>>(std::exchange(view.jpeg, {}));
    // One frame has one size; where the eye says otherwise of a plate, the view's own counts.
    for (auto& plate : view.plates) plate.frame_width = view.width, plate.frame_height = view.height;
    one->seen = std::move(view);
    one->seen_at = now;
    ++one->number;
}

bool CameraViews::wanted(const std::string& camera, Instant now) {
    auto* one = find(camera);
    if (one == nullptr) return false;
    one->wanted = now;
    if (one->asked && now - *one->asked < asked_every) return false;
    one->asked = now;
    return true;
}

Result<CameraView> CameraViews::view(const std::string& camera, Instant now) const {
    const auto it = cameras_.find(camera);
    if (it == cameras_.end()) return Error{Errc::not_found, "there is no camera \"" + camera + "\""};
    const auto& one = it->second;
    json::array region;
    for (const auto& [x, y] : one.region) region.push_back(json::array{x, y});
    CameraView out;
    out.number = one.number;
    out.seen = {{"camera", camera},   {"lane", one.lane},       {"lane_name", one.lane_name},
                {"state", one.state}, {"detail", one.detail},   {"region", std::move(region)},
                {"age", nullptr},     {"plates", json::array()}};
    if (!one.seen) return out;
    const auto& seen = *one.seen;
    const auto widths = aim_widths(seen.width, seen.height);
    out.seen["age"] = std::chrono::duration_cast<milliseconds>(now - one.seen_at).count();
    out.seen["width"] = seen.width;
    out.seen["height"] = seen.height;
    out.seen["frames"] = seen.frames;
    out.seen["looks"] = seen.looks;
    out.seen["plates"] = plates_json(seen.plates, one.region);
    out.seen["widths"] = {{"least", std::lround(widths.least)},
                          {"good_from", std::lround(widths.good_from)},
                          {"good_to", std::lround(widths.good_to)},
                          {"most", std::lround(widths.most)}};
    out.picture = one.picture;
    return out;
}

void CameraViews::tick(Instant now) {
    for (auto& [id, one] : cameras_) {
        if (!one.seen || (one.wanted && now - *one.wanted <= kept_for)) continue;
        one.seen.reset();
        one.picture.reset();
    }
}

}  // namespace menshen::gate
