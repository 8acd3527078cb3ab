// How much several looks at one plate are worth together. Looks that are alike are mistaken alike: the same dirt, the
// same shadow, the same few pixels.
#pragma once

#include <vector>

#include "spot.hpp"

namespace menshen {

struct Witness {
    Spot seen;          // the plate in that frame
    double weight = 0;  // how far it may be believed by itself
};

/// The share of the sum of their weights that independent witnesses would have given: 1 of one, less the more of them
/// there are and the more alike they look.
[[nodiscard]] double independent_share(const std::vector<Witness>& witnesses);

}  // namespace menshen
