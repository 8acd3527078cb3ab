// The box's real clocks.
#pragma once

#include <functional>
#include <optional>

#include "ports/clock.hpp"

namespace menshen::gate {

/// Local time follows the box's time zone (TZ, /etc/localtime).
///
/// State: `unset` while the wall clock stands before the floor: a box without a battery wakes up in the past. The floor
/// is the build's date at least, and follows trusted time two minutes behind, so that a small correction backwards is
/// none. `drifting` after a forward jump of more than ten minutes against the monotonic clock, until confirm(). One
/// thread.
class SystemClock : public TrustedClock {
  public:
    struct Reading {
        Instant mono{};
        UtcTime utc{};
    };
    using Source = std::function<Reading()>;

    explicit SystemClock(UtcTime built, Source source = read_clocks);
    [[nodiscard]] Now now() const override;
    [[nodiscard]] ClockTrust trust() const override { return {floor_, drifting_}; }
    void restore(const ClockTrust& kept) override;
    Status confirm() override;

    /// CLOCK_BOOTTIME and the wall clock.
    [[nodiscard]] static Reading read_clocks();

  private:
    UtcTime built_;
    Source source_;
    mutable UtcTime floor_;
    mutable bool drifting_ = false;
    mutable std::optional<Reading> last_;
};

/// CLOCK_BOOTTIME.
[[nodiscard]] Instant boot_now();

}  // namespace menshen::gate
