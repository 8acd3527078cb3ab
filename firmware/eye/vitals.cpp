#include "eye/vitals.hpp"

#include <algorithm>

namespace menshen::eye {

bool Vitals::may_beat(Instant now, Instant grab_due, Instant look_began) const {
    return std::min(grab_due, look_began + policy_.look) - now >= policy_.silence;
}

}  // namespace menshen::eye
