#include "witness.hpp"

#include <algorithm>
#include <cmath>

namespace menshen {
namespace {

/// How far the mistakes of two looks go together: `always` is what every look at one plate shares, `same` what two have
/// in common that show it as large and at the same place. Measured on clips (models/plate/README.md, "The vote"),
/// beyond what likelihoods promise: 0.5 to 0.7 of looks that are alike, 0.34 of looks that differ much.
constexpr double always = 0.3, same = 0.8;
constexpr double another_size = 0.2;   // of the logarithm of the widths' ratio: 1.2 times as large
constexpr double another_place = 0.5;  // widths of the plate

double alike(const Spot& a, const Spot& b) {
    const auto width = [](const Spot& s) { return std::max(double{s.width}, 1.0); };
    const double apart = std::abs(std::log(width(a) / width(b))) / another_size + distance(a, b) / another_place;
    return always + (same - always) * std::exp(-apart);
}

}  // namespace

double independent_share(const std::vector<Witness>& witnesses) {
    // The variance of their weighted mean, where one of weight w by itself has 1 / w and two have alike() in common.
    double sum = 0, shared = 0;
    for (std::size_t i = 0; i < witnesses.size(); ++i) {
        const auto& [seen, weight] = witnesses[i];
        sum += weight;
        for (std::size_t j = 0; j < i; ++j) {
            shared += 2 * weight * witnesses[j].weight * alike(seen, witnesses[j].seen);
        }
    }
    return sum > 0 ? sum / (sum + shared) : 1;
}

}  // namespace menshen
