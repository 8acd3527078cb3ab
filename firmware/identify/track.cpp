#include "track.hpp"

#include <algorithm>
#include <cmath>

namespace menshen {
namespace {

constexpr float border = 2;             // pixels
constexpr double reach = 1.0;           // widths: a plate may jump so far between two frames
constexpr double reach_per_second = 4;  // widths: what a car drives meanwhile
constexpr double farthest_reach = 3;
constexpr double stands = 0.35;     // widths: less than this is no movement
constexpr double good_width = 120;  // pixels: beyond this a plate reads no better

double seconds_between(Instant a, Instant b) {
    return std::chrono::duration<double>(b - a).count();
}

/// 1 the same text, 0 nothing in common; none where one of them says too little.
std::optional<double> similarity(const std::string& hypothesis, const Read& read) {
    if (hypothesis.empty() || read.text.size() < 6) return std::nullopt;
    const std::string text = normalise_plate_text(std::string_view(read.text).substr(0, 64));
    const double longest = static_cast<double>(std::max(characters(hypothesis).size(), characters(text).size()));
    return 1 - edit_distance(hypothesis, text) / std::max(longest, 1.0);
}

/// A recogniser whose likelihoods are right has counted the size and the blur in already, one that is surer than right
/// has not: the root stands between.
double weight_of(const Read& read, double width) {
    const double sharpness = std::clamp(static_cast<double>(read.sharpness), 0.0, 1.0);
    return std::sqrt(std::clamp(width / good_width, 0.2, 1.0) * (0.4 + 0.6 * sharpness));
}

}  // namespace

bool cut_by_frame(const Read& read, const IdentifyPolicy& policy) {
    const int width = read.frame_width > 0 ? read.frame_width : policy.frame_width;
    const int height = read.frame_height > 0 ? read.frame_height : policy.frame_height;
    return std::any_of(read.corners.begin(), read.corners.end(), [&](const Point& p) {
        return p.x < border || p.y < border || p.x > static_cast<float>(width) - border ||
               p.y > static_cast<float>(height) - border;
    });
}

Track::Track(const Read& read, const Spot& at, Instant seen)
    : spot(at), first_spot(at), first_seen(seen), last_seen(seen), frame(read.frame), anchor(at), anchor_since(seen) {}

std::optional<double> Track::misfit(const Read& read, const Spot& at, Instant seen) const {
    if (read.frame == frame && seen == last_seen) return std::nullopt;
    const double dt = std::max(seconds_between(last_seen, seen), 0.0);
    const double ratio = static_cast<double>(at.width) / static_cast<double>(spot.width);
    if (ratio > 2 || ratio < 0.5) return std::nullopt;
    Spot expected = spot;
    const auto ahead = static_cast<float>(std::min(dt, 1.0));
    expected.centre = {spot.centre.x + velocity.x * ahead, spot.centre.y + velocity.y * ahead};
    const double away = std::min(distance(expected, at), distance(spot, at));
    const double allowed = std::min(reach + reach_per_second * dt, farthest_reach);
    if (away > allowed) return std::nullopt;
    const auto alike = similarity(hypothesis, read);
    // Another car at the same place: two characters are enough against a track that is sure of its plate.
    const bool sure = settled && !told.candidates.empty() && told.candidates.front().likelihood > 0.9;
    const bool confident = read.likelihood >= 0.5F && (vote.size() >= 2 || sure);
    if (alike && confident && *alike < (sure ? 0.75 : 0.45)) return std::nullopt;
    if (alike && away > reach && *alike < 0.55) return std::nullopt;
    return away / allowed + (alike ? 0.5 * (1 - *alike) : 0.25);
}

void Track::move(const Spot& at, Instant seen, const IdentifyPolicy& policy) {
    const double dt = seconds_between(last_seen, seen);
    if (dt > 0.001) {
        const auto per_second = static_cast<float>(1 / std::max(dt, 0.02));
        velocity.x = 0.5F * velocity.x + 0.5F * (at.centre.x - spot.centre.x) * per_second;
        velocity.y = 0.5F * velocity.y + 0.5F * (at.centre.y - spot.centre.y) * per_second;
    }
    spot = at;
    last_seen = seen;
    if (distance(anchor, at) > stands) {
        anchor = at;
        anchor_since = seen;
        parked = false;
    } else if (seen - anchor_since >= policy.parked) {
        parked = true;
    }
}

void Track::count(const Read& read, Instant seen, const IdentifyPolicy& policy) {
    if (spot.width < static_cast<float>(policy.min_plate_width) || cut_by_frame(read, policy)) return;
    ++whole;
    if (!first_whole) first_whole = seen;
    const double weight = weight_of(read, static_cast<double>(spot.width));
    const auto colour_index = static_cast<std::size_t>(read.colour);
    if (colour_index < colours.size()) colours[colour_index] += weight * static_cast<double>(read.colour_likelihood);
    Ballot ballot = ballot_of(read, weight);
    const double worth = weight * std::max(ballot.confidence(), 0.05);
    if (worth > best_weight) {
        best_weight = worth;
        best_width = spot.width;
        if (!read.picture.empty() || picture.empty()) picture = read.picture;
    }
    if (settled || ballot.slots.empty()) return;
    if (!first_usable) first_usable = seen;
    if (hypothesis.empty()) hypothesis = ballot.text();
    vote.add(std::move(ballot));
}

void Track::follow(const Read& read, const Spot& at, Instant seen, const IdentifyPolicy& policy) {
    move(at, seen, policy);
    frame = read.frame;
    if (reads < 1'000'000) ++reads;
    count(read, seen, policy);
}

PlateColour Track::colour() const {
    const auto best = std::max_element(colours.begin() + 1, colours.end());
    return *best > 0 ? static_cast<PlateColour>(best - colours.begin()) : PlateColour::unknown;
}

double Track::colour_share() const {
    double sum = 0;
    for (const double c : colours) sum += c;
    const auto best = std::max_element(colours.begin() + 1, colours.end());
    // One faint look at the colour is not worth three looks at the characters.
    return sum > 0 ? std::min(*best, 1.0) * *best / sum : 0;
}

}  // namespace menshen
