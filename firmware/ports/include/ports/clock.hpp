#pragma once

#include "values/time.hpp"

namespace menshen {

/// Every clock of the box. Implemented once for real (firmware/gate) and once by tests, which own time.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Now now() const = 0;
};

}  // namespace menshen
