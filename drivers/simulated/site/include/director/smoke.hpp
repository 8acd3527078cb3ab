// Plays a scenario step by step and compares with what it expects.
#pragma once

#include <vector>

#include "director/scenario.hpp"
#include "director/site.hpp"

namespace menshen::director {

/// Prints the table as it grows. True: every step was as expected. `until`: steps not begun by then count as failed.
[[nodiscard]] Task<bool> play_smoke(Site& site, const std::vector<Step>& steps, Steady::time_point until);

}  // namespace menshen::director
