#include "spot.hpp"

#include <algorithm>
#include <cmath>

#include "values/plate_size.hpp"

namespace menshen {

bool Spot::usable() const {
    return std::isfinite(centre.x) && std::isfinite(centre.y) && std::isfinite(width) && width >= 4;
}

Spot spot_of(const Read& read) {
    Spot spot;
    for (const Point& p : read.corners) {
        spot.centre.x += p.x / 4;
        spot.centre.y += p.y / 4;
    }
    spot.width = plate_width(read);
    return spot;
}

double distance(const Spot& a, const Spot& b) {
    return pixels_between(a.centre, b.centre) / static_cast<double>(std::max({a.width, b.width, 1.0F}));
}

}  // namespace menshen
