#pragma once

#include "values/time.hpp"

namespace menshen {

/// Every clock of the box. Implemented once for real (firmware/gate) and once by tests, which own time.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Now now() const = 0;
};

/// A clock whose trust a person can restore and a restart keeps.
class TrustedClock : public Clock {
  public:
    [[nodiscard]] virtual ClockTrust trust() const = 0;
    /// What an earlier run has kept; never lowers the floor.
    virtual void restore(const ClockTrust& kept) = 0;
    /// A guard has looked at the box's time and says that it is right: the floor becomes it, also where that is lower
    /// than before. Errc::invalid: not even the program was built by then.
    virtual Status confirm() = 0;
};

}  // namespace menshen
