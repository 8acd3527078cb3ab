// Time is an argument (ARCHITECTURE rule 8). None of these types can read a clock; firmware/ports/clock.hpp can.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen {

using Duration = std::chrono::nanoseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Names CLOCK_BOOTTIME without being able to read it: monotonic, counts suspend, comparable between processes of one
/// boot, meaningless after the next.
struct BootClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<BootClock>;
    static constexpr bool is_steady = true;
};

/// For intervals and deadlines.
using Instant = BootClock::time_point;
/// For records.
using UtcTime = std::chrono::sys_time<milliseconds>;
/// For rules that people write: validity, schedules. The wall clock of the site, no zone.
using LocalTime = std::chrono::local_seconds;
using LocalDate = std::chrono::local_days;

/// How far the wall clock may be believed (ARCHITECTURE, "Clock").
enum class ClockState { unset, drifting, trusted };

/// What a restart must not forget about the wall clock: the box's time is not before `floor` (I20).
struct ClockTrust {
    UtcTime floor{};
    bool drifting = false;  // it has jumped ahead and nobody has confirmed it
    friend bool operator==(const ClockTrust&, const ClockTrust&) = default;
};

/// One reading of every clock, taken together.
struct Now {
    Instant mono{};
    UtcTime utc{};
    LocalTime local{};
    ClockState clock = ClockState::unset;
};

[[nodiscard]] constexpr LocalDate date_of(LocalTime t) {
    return std::chrono::floor<std::chrono::days>(t);
}
/// Minutes since midnight, 0..1439.
[[nodiscard]] constexpr int minute_of_day(LocalTime t) {
    return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(t - date_of(t)).count());
}
/// 0 Monday … 6 Sunday.
[[nodiscard]] constexpr int weekday_of(LocalDate d) {
    return static_cast<int>(std::chrono::weekday(d).iso_encoding()) - 1;
}

/// "2026-11-22T08:30:00", "2026-11-22", "2026-11-22T08:30:00.123Z".
[[nodiscard]] std::string format_local(LocalTime t);
[[nodiscard]] std::string format_date(LocalDate d);
[[nodiscard]] std::string format_utc(UtcTime t);
/// Accepts what the formats above print, "2026-11-22 08:30", "2026/11/22", "2026年11月22日"; a date alone is its
/// midnight.
[[nodiscard]] Result<LocalTime> parse_local(std::string_view text);
[[nodiscard]] Result<LocalDate> parse_date(std::string_view text);

}  // namespace menshen
