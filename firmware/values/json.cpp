// What the eye saw, what identify and decide made of it, as JSON.
#include "values/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cmath>

#include "tables.hpp"
#include "values/json_fields.hpp"

namespace menshen {
namespace {

namespace json = boost::json;

constexpr std::size_t max_positions = 12;
constexpr std::size_t max_alternatives = 8;
constexpr std::size_t max_candidates = 8;
constexpr std::size_t max_notices = 8;
constexpr float farthest = 1e6F;  // pixels; corners may lie outside the frame, but not at the moon

json::value to_json(const Point& p) {
    return json::array{p.x, p.y};
}

json::value to_json(const CharacterRead& read) {
    json::array out;
    for (const auto& a : read.alternatives) out.push_back({{"character", a.character}, {"likelihood", a.likelihood}});
    return json::object{{"alternatives", std::move(out)}};
}

bool coordinate(const JsonNode& node, float& out) {
    return load(node, out) && (std::abs(out) <= farthest || node.fail("lies too far outside the picture"));
}

bool load_corners(const JsonNode& node, std::array<Point, 4>& out) {
    std::vector<Point> points;
    const auto point = [](const JsonNode& element, Point& p) {
        std::vector<float> xy;
        if (!load_array(element, xy, 2, coordinate)) return false;
        if (xy.size() != 2) return element.fail("must be [x, y]");
        p = {xy[0], xy[1]};
        return true;
    };
    if (!load_array(node, points, out.size(), point)) return false;
    if (points.size() != out.size()) return node.fail("must have 4 corners");
    std::copy(points.begin(), points.end(), out.begin());
    return true;
}

bool load_alternative(const JsonNode& node, CharacterRead::Alternative& out) {
    const JsonFields fields(node);
    return fields("character", out.character) && fields.fraction("likelihood", out.likelihood);
}

bool load_position(const JsonNode& node, CharacterRead& out) {
    return JsonFields(node).array("alternatives", out.alternatives, max_alternatives, load_alternative);
}

bool load_candidate(const JsonNode& node, Candidate& out) {
    const JsonFields fields(node);
    return fields("plate", out.plate) && fields.fraction("likelihood", out.likelihood);
}

bool load_picture_side(const JsonNode& node, int& out) {
    return load(node, out) && ((out >= 0 && out <= 100'000) || node.fail("must lie in 0..100000"));
}

bool load_read(const JsonNode& node, Read& out) {
    const JsonFields fields(node);
    return fields("lane", out.lane) && fields("frame", out.frame) && fields("captured", out.captured) &&
           fields.with("corners", [&](const JsonNode& n) { return load_corners(n, out.corners); }) &&
           fields("text", out.text) && fields.array("characters", out.characters, max_positions, load_position) &&
           fields.choice("colour", plate_colours, out.colour) &&
           fields.fraction("colour_likelihood", out.colour_likelihood) && fields.fraction("detection", out.detection) &&
           fields.fraction("sharpness", out.sharpness) && fields.fraction("likelihood", out.likelihood) &&
           fields.with("frame_width", [&](const JsonNode& n) { return load_picture_side(n, out.frame_width); }) &&
           fields.with("frame_height", [&](const JsonNode& n) { return load_picture_side(n, out.frame_height); }) &&
           fields("picture", out.picture);
}

bool load_claim(const JsonNode& node, Claim& out) {
    const JsonFields fields(node);
    return fields("arrival", out.arrival) && fields("lane", out.lane) &&
           fields.array("candidates", out.candidates, max_candidates, load_candidate) &&
           fields.choice("colour", plate_colours, out.colour) && fields("first_seen", out.first_seen) &&
           fields("last_seen", out.last_seen) && fields("reads", out.reads) && fields("plate_width", out.plate_width) &&
           fields("picture", out.picture);
}

bool load_reason(const JsonNode& node, Reason& out) {
    std::string key;
    if (!load(node, key)) return false;
    for (const Reason reason : all_reasons()) {
        if (to_string(reason) != key) continue;
        out = reason;
        return true;
    }
    return node.fail("is no reason that this build knows");
}

bool load_decision(const JsonNode& node, Decision& out) {
    const JsonFields fields(node);
    const auto notice = [](const JsonNode& n, Notice& value) { return load_enum(n, notice_names, value); };
    return fields.choice("verdict", verdict_names, out.verdict) &&
           fields.with("reason", [&](const JsonNode& n) { return load_reason(n, out.reason); }) &&
           fields("plate", out.plate) && fields.fraction("likelihood", out.likelihood) &&
           fields("margin", out.margin) && fields("permit_id", out.permit_id) &&
           fields("credential_id", out.credential_id) && fields("days_left", out.days_left) &&
           fields.array("notices", out.notices, max_notices, notice);
}

}  // namespace

json::value to_json(const Read& read) {
    json::array corners;
    for (const Point& p : read.corners) corners.push_back(to_json(p));
    json::array positions;
    for (const CharacterRead& c : read.characters) positions.push_back(to_json(c));
    return {{"lane", read.lane},
            {"frame", read.frame},
            {"captured", read.captured.time_since_epoch().count()},
            {"corners", std::move(corners)},
            {"text", read.text},
            {"characters", std::move(positions)},
            {"colour", to_string(read.colour)},
            {"colour_likelihood", read.colour_likelihood},
            {"detection", read.detection},
            {"sharpness", read.sharpness},
            {"likelihood", read.likelihood},
            {"frame_width", read.frame_width},
            {"frame_height", read.frame_height},
            {"picture", read.picture}};
}

json::value to_json(const Claim& claim) {
    json::array candidates;
    for (const Candidate& c : claim.candidates)
        candidates.push_back({{"plate", c.plate}, {"likelihood", c.likelihood}});
    return {{"arrival", claim.arrival},
            {"lane", claim.lane},
            {"candidates", std::move(candidates)},
            {"colour", to_string(claim.colour)},
            {"first_seen", claim.first_seen.time_since_epoch().count()},
            {"last_seen", claim.last_seen.time_since_epoch().count()},
            {"reads", claim.reads},
            {"plate_width", claim.plate_width},
            {"picture", claim.picture}};
}

json::value to_json(const Decision& decision) {
    json::array notices;
    for (const Notice notice : decision.notices) notices.emplace_back(to_string(notice));
    return {{"verdict", to_string(decision.verdict)},
            {"reason", to_string(decision.reason)},
            {"plate", decision.plate},
            {"likelihood", decision.likelihood},
            {"margin", decision.margin},
            {"permit_id", json_or_null(decision.permit_id)},
            {"credential_id", json_or_null(decision.credential_id)},
            {"days_left", json_or_null(decision.days_left)},
            {"notices", std::move(notices)}};
}

template <>
Result<Read> from_json<Read>(const json::value& value) {
    return read_document<Read>(value, load_read);
}
template <>
Result<Claim> from_json<Claim>(const json::value& value) {
    return read_document<Claim>(value, load_claim);
}
template <>
Result<Decision> from_json<Decision>(const json::value& value) {
    return read_document<Decision>(value, load_decision);
}

}  // namespace menshen
