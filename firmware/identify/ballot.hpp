// What one read says of each position, made fit for adding up.
#pragma once

#include <string>
#include <vector>

#include "spot.hpp"

namespace menshen {

/// One position: characters with the logarithm of their likelihood, and what is left for all others together.
struct BallotSlot {
    struct Choice {
        std::string character;
        double log_likelihood = 0;
    };
    std::vector<Choice> choices;  // most likely first, never empty
    double log_rest = 0;          // of everything not among the choices

    [[nodiscard]] double log_of(const std::string& character) const;
};

struct Ballot {
    std::vector<BallotSlot> slots;
    double weight = 0;  // 0..1: how far one such read may be believed
    Spot seen;          // where the plate was
    [[nodiscard]] std::string text() const;
    /// Likelihood of the best text, per position (geometric mean).
    [[nodiscard]] double confidence() const;
};

/// A ballot without slots if the read has too few or too many positions to be a plate.
[[nodiscard]] Ballot ballot_of(const Read& read, double weight);

}  // namespace menshen
