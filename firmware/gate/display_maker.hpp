// LED and voice boards made from the site file.
#pragma once

#include <memory>

#include "ports/display.hpp"
#include "site/site.hpp"

namespace menshen::gate {

/// Null where the lane has none.
[[nodiscard]] std::shared_ptr<Display> make_display(const site::Lane& lane);

}  // namespace menshen::gate
