#include "eye/plate_maps.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace menshen::eye {
namespace {

constexpr float unit = 4;                // strides per unit of a corner's offset
constexpr float same = 0.4F;             // overlap from which two cells mean one plate
constexpr float alike = 0.6F;            // and from which they have a say in its corners
constexpr std::size_t most_cells = 200;  // the surest that are looked at

/// Corners lie from the cell's centre; pixel centres are whole numbers.
Detection detection_at(const PlateMap& map, int row, int column) {
    const auto plane = static_cast<std::size_t>(map.rows) * static_cast<std::size_t>(map.columns);
    const float* at = map.values + static_cast<std::size_t>(row) * static_cast<std::size_t>(map.columns) +
                      static_cast<std::size_t>(column);
    const auto stride = static_cast<float>(map.stride);
    const cv::Point2f centre((static_cast<float>(column) + 0.5F) * stride - 0.5F,
                             (static_cast<float>(row) + 0.5F) * stride - 0.5F);
    Detection out;
    out.score = probability(at[0]);
    for (std::size_t c = 0; c < 4; ++c) {
        out.corners[c] = centre + cv::Point2f(at[(1 + 2 * c) * plane], at[(2 + 2 * c) * plane]) * (unit * stride);
    }
    out.two_rows = probability(at[9 * plane]);
    return out;
}

bool surer(const Detection& a, const Detection& b) {
    return a.score > b.score;
}

std::vector<Detection> sure_cells(const std::vector<PlateMap>& maps, float threshold) {
    const float least = std::log(threshold / (1 - threshold));
    std::vector<Detection> out;
    for (const auto& map : maps) {
        for (int row = 0; row < map.rows; ++row) {
            for (int column = 0; column < map.columns; ++column) {
                if (!(map.values[row * map.columns + column] > least)) continue;
                const Detection found = detection_at(map, row, column);
                if (convex(found.corners)) out.push_back(found);
            }
        }
    }
    std::stable_sort(out.begin(), out.end(), surer);
    if (out.size() > most_cells) out.resize(most_cells);
    return out;
}

/// Cells that mean one plate.
class Agreement {
  public:
    explicit Agreement(const Detection& best) : best_(best) { hear(best); }

    /// Whether `other` means the same plate; if its corners are about the same too they count.
    bool takes(const Detection& other) {
        const float shared = overlap(best_.corners, other.corners);
        if (shared <= same) return false;
        if (shared > alike && other.score > best_.score / 2) hear(other);
        return true;
    }
    [[nodiscard]] Detection plate() const {
        Detection out = best_;
        for (std::size_t c = 0; c < 4; ++c) out.corners[c] = sum_[c] / weight_;
        out.two_rows = two_rows_ / weight_;
        return out;
    }

  private:
    void hear(const Detection& voice) {
        const float weight = voice.score * voice.score;
        for (std::size_t c = 0; c < 4; ++c) sum_[c] += voice.corners[c] * weight;
        two_rows_ += voice.two_rows * weight;
        weight_ += weight;
    }

    Detection best_;
    Quad sum_{};
    float two_rows_ = 0, weight_ = 0;
};

}  // namespace

std::vector<Detection> plates_of(const std::vector<PlateMap>& maps, float threshold, std::size_t most) {
    std::vector<Agreement> found;
    for (const auto& candidate : sure_cells(maps, threshold)) {
        const bool known = std::any_of(found.begin(), found.end(), [&](auto& plate) { return plate.takes(candidate); });
        if (!known && found.size() < most) found.emplace_back(candidate);
    }
    std::vector<Detection> out;
    out.reserve(found.size());
    for (const auto& plate : found) out.push_back(plate.plate());
    return out;
}

}  // namespace menshen::eye
