// The box's real clocks.
#pragma once

#include "ports/clock.hpp"

namespace menshen::gate {

/// Local time follows the box's time zone (TZ, /etc/localtime).
///
/// State: `unset` while the wall clock stands before `floor` (the newest moment that the journal has recorded, or the
/// build's date): a box without a battery wakes up in the past. `drifting` after a forward jump of more than ten
/// minutes against the monotonic clock, until trust() is called. One thread.
class SystemClock : public Clock {
  public:
    explicit SystemClock(UtcTime floor);
    [[nodiscard]] Now now() const override;
    void raise_floor(UtcTime floor);
    /// A guard has set or confirmed the clock.
    void trust();

  private:
    UtcTime floor_;
    mutable bool drifting_ = false;
    mutable Instant last_mono_{};
    mutable UtcTime last_utc_{};
};

/// CLOCK_BOOTTIME.
[[nodiscard]] Instant boot_now();

}  // namespace menshen::gate
