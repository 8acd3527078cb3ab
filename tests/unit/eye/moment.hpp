// The eye's tests own the clock.
#pragma once

#include "values/time.hpp"

namespace menshen {

/// So many milliseconds after a moment at which a machine has been up for a while.
constexpr Instant at(int ms) {
    return Instant(milliseconds(5'000'000 + ms));
}

}  // namespace menshen
