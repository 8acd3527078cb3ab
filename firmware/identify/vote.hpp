// Per-character vote over the reads of one track, and the plates it may be.
#pragma once

#include <vector>

#include "ballot.hpp"

namespace menshen {

/// Bounded: keeps the heaviest ballots. Reads of one car are not independent witnesses, so their evidence is
/// discounted (witness.hpp).
class Vote {
  public:
    void add(Ballot ballot);
    [[nodiscard]] std::size_t size() const { return ballots_.size(); }
    /// Plates of the grammar, most likely first, at most 8, sum ≤ 1. `colour` says how many characters to expect.
    [[nodiscard]] std::vector<Candidate> candidates(PlateColour colour, double colour_likelihood) const;

  private:
    std::vector<Ballot> ballots_;
};

/// Characters that differ: insertions, deletions, replacements. Texts longer than 12 characters are cut.
[[nodiscard]] int edit_distance(std::string_view a, std::string_view b);

}  // namespace menshen
