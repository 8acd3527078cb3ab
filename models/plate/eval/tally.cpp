#include "tally.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace menshen::eval {
namespace {

std::vector<cv::Point2f> polygon(const std::array<Point, 4>& corners) {
    std::vector<cv::Point2f> out;
    for (const auto& p : corners) out.emplace_back(p.x, p.y);
    return out;
}

const Reading* nearest(const LabelledPlate& plate, const Outcome& outcome) {
    if (!plate.corners) return outcome.readings.empty() ? nullptr : &outcome.readings.front();
    const Reading* best = nullptr;
    double most = Tally::same_plate;
    for (const auto& reading : outcome.readings) {
        const double here = overlap(*plate.corners, reading.corners);
        if (here >= most) most = here, best = &reading;
    }
    return best;
}

std::size_t width_band(double width) {
    std::size_t band = 0;
    for (std::size_t i = 0; i < Tally::width_from.size(); ++i) {
        if (width >= Tally::width_from[i]) band = i;
    }
    return band;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::right:
            return "right";
        case Verdict::wrong:
            return "wrong";
        case Verdict::unread:
            return "unread";
        case Verdict::quiet:
            return "quiet";
        case Verdict::false_plate:
            return "false_plate";
        case Verdict::unlabelled:
            break;
    }
    return "unlabelled";
}

std::string class_name(const LabelledPlate& plate) {
    return plate.plate_class == PlateClass::unknown ? "other" : std::string(to_string(plate.plate_class));
}

double overlap(const std::array<Point, 4>& a, const std::array<Point, 4>& b) {
    std::vector<cv::Point2f> common, first, second;
    cv::convexHull(polygon(a), first);  // also puts crossed corners right
    cv::convexHull(polygon(b), second);
    const double areas = cv::contourArea(first) + cv::contourArea(second);
    if (areas <= 0) return 0;
    const double shared = cv::intersectConvexConvex(first, second, common);
    return shared / (areas - shared);
}

double width_of(const std::array<Point, 4>& c) {
    return 0.5 * (std::hypot(c[1].x - c[0].x, c[1].y - c[0].y) + std::hypot(c[2].x - c[3].x, c[2].y - c[3].y));
}

std::vector<Pair> aligned(std::string_view is, std::string_view read) {
    const auto a = characters(is), b = characters(read);
    std::vector<std::vector<int>> cost(a.size() + 1, std::vector<int>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = static_cast<int>(i + j);
            } else {
                const int change = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i][j] = std::min({change, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
            }
        }
    }
    std::vector<Pair> pairs;
    for (std::size_t i = a.size(), j = b.size(); i > 0 || j > 0;) {
        const bool both = i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        const bool lost = !both && i > 0 && cost[i][j] == cost[i - 1][j] + 1;
        const int position = static_cast<int>(both || lost ? i - 1 : i);
        pairs.push_back({both || lost ? std::string(a[i - 1]) : "", lost ? "" : std::string(b[j - 1]), position});
        if (both || lost) --i;
        if (!lost) --j;
    }
    std::reverse(pairs.begin(), pairs.end());
    return pairs;
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + static_cast<long>(at), values.end());
    return values[at];
}

Verdict Tally::count(const Labelled& picture, const Outcome& outcome) {
    ms_.push_back(outcome.ms);
    cpu_ms_.push_back(outcome.cpu_ms);
    if (picture.plates.empty()) return count_empty(outcome);
    for (const auto& plate : picture.plates) count_detection(plate, outcome);
    std::vector<const LabelledPlate*> legible;
    for (const auto& plate : picture.plates) {
        if (!plate.text.empty()) legible.push_back(&plate);
    }
    if (legible.empty()) return Verdict::unlabelled;

    const auto is_one = [&](const Reading& reading) {
        return std::any_of(legible.begin(), legible.end(), [&](const auto* p) { return p->text == reading.text; });
    };
    const Reading* first = outcome.readings.empty() ? nullptr : &outcome.readings.front();
    const bool right = first != nullptr && is_one(*first);
    const bool any = std::any_of(outcome.readings.begin(), outcome.readings.end(), is_one);
    all_.first.count(right);
    all_.any.count(any);
    Kind& kind = classes_[class_name(*legible.front())];
    kind.first.count(right);
    kind.any.count(any);
    if (legible.front()->corners) {
        Kind& band = widths_[width_band(width_of(*legible.front()->corners))];
        band.first.count(right);
        band.any.count(any);
    }
    for (const auto* plate : legible) count_characters(*plate, outcome);
    if (first != nullptr && (right || first->whole)) remember_sure(*first, right);
    if (right) return Verdict::right;
    const bool read = first != nullptr && first->whole;
    ++(read ? wrong_ : unread_);
    return read ? Verdict::wrong : Verdict::unread;
}

Verdict Tally::count_empty(const Outcome& outcome) {
    const auto told = std::find_if(outcome.readings.begin(), outcome.readings.end(),
                                   [](const Reading& reading) { return reading.told && reading.whole; });
    const bool is_false = told != outcome.readings.end();
    false_plates_.count(is_false);
    const auto in_some = [&](const auto& test) {
        return std::any_of(outcome.readings.begin(), outcome.readings.end(), test);
    };
    false_told_.count(in_some([](const Reading& reading) { return reading.told; }));
    false_at_grant_.count(
        in_some([&](const Reading& reading) { return reading.told && reading.whole && reading.likelihood >= grant_; }));
    if (is_false) remember_sure(*told, false);
    return is_false ? Verdict::false_plate : Verdict::quiet;
}

void Tally::count_detection(const LabelledPlate& plate, const Outcome& outcome) {
    if (!plate.corners) return;
    const bool found = nearest(plate, outcome) != nullptr;
    all_.detected.count(found);
    widths_[width_band(width_of(*plate.corners))].detected.count(found);
    if (!plate.text.empty()) classes_[class_name(plate)].detected.count(found);
}

void Tally::count_characters(const LabelledPlate& plate, const Outcome& outcome) {
    const Reading* reading = nearest(plate, outcome);
    if (reading == nullptr) return;  // not found: no word on its characters
    for (const auto& pair : aligned(plate.text, reading->text)) {
        if (!pair.is.empty()) {
            const auto position = static_cast<std::size_t>(pair.position);
            if (positions_.size() <= position) positions_.resize(position + 1);
            positions_[position].count(pair.is == pair.read);
        }
        if (pair.is != pair.read) ++confused_[{pair.is, pair.read}];
    }
}

void Tally::remember_sure(const Reading& first, bool right) {
    certainty_.add(first.likelihood, right);
    if (first.likelihood >= grant_) wrong_at_grant_.count(!right);
}

std::vector<std::pair<Pair, int>> Tally::confusions() const {
    std::vector<std::pair<Pair, int>> out;
    for (const auto& [pair, times] : confused_) out.push_back({{pair.first, pair.second, 0}, times});
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    return out;
}

double Certainty::error() const {
    std::array<double, bins> likelihood{}, right{}, number{};
    for (const auto& [sure, is_right] : said_) {
        const auto bin = static_cast<std::size_t>(std::clamp(static_cast<int>(sure * bins), 0, bins - 1));
        likelihood[bin] += sure;
        right[bin] += is_right ? 1 : 0;
        number[bin] += 1;
    }
    double distance = 0;
    for (std::size_t i = 0; i < bins; ++i) distance += std::abs(likelihood[i] - right[i]);
    return said_.empty() ? 0 : distance / static_cast<double>(said_.size());
}

double Certainty::surest_wrong() const {
    double surest = 0;
    for (const auto& [sure, right] : said_) {
        if (!right) surest = std::max(surest, sure);
    }
    return surest;
}

Share Certainty::between(double from, double to) const {
    Share share;
    for (const auto& [sure, right] : said_) {
        if (sure >= from && sure < to) share.count(right);
    }
    return share;
}

}  // namespace menshen::eval
