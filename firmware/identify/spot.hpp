// Where and how large a plate is in the picture.
#pragma once

#include "values/claim.hpp"

namespace menshen {

/// Distances are counted in widths of the plate: that is the same at any distance.
struct Spot {
    Point centre;
    float width = 0;  // pixels

    [[nodiscard]] bool usable() const;
};
[[nodiscard]] Spot spot_of(const Read& read);
/// In widths of the wider of both.
[[nodiscard]] double distance(const Spot& a, const Spot& b);

}  // namespace menshen
