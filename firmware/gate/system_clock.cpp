#include "system_clock.hpp"

#include <ctime>

namespace menshen::gate {

namespace {

LocalTime local_of(std::time_t t) {
    std::tm civil{};
    localtime_r(&t, &civil);
    const std::chrono::year_month_day date{std::chrono::year(civil.tm_year + 1900),
                                           std::chrono::month(static_cast<unsigned>(civil.tm_mon + 1)),
                                           std::chrono::day(static_cast<unsigned>(civil.tm_mday))};
    return LocalDate(date) + std::chrono::hours(civil.tm_hour) + std::chrono::minutes(civil.tm_min) +
           seconds(civil.tm_sec);
}

constexpr auto jump = std::chrono::minutes(10);

}  // namespace

Instant boot_now() {
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return Instant(seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

SystemClock::SystemClock(UtcTime floor) : floor_(floor) {}

Now SystemClock::now() const {
    Now now;
    now.mono = boot_now();
    now.utc = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
    now.local = local_of(std::chrono::system_clock::to_time_t(now.utc));
    if (last_mono_ != Instant{} && (now.utc - last_utc_) - (now.mono - last_mono_) > jump) drifting_ = true;
    last_mono_ = now.mono;
    last_utc_ = now.utc;
    now.clock = now.utc < floor_ ? ClockState::unset : drifting_ ? ClockState::drifting : ClockState::trusted;
    return now;
}

void SystemClock::raise_floor(UtcTime floor) {
    floor_ = std::max(floor_, floor);
}

void SystemClock::trust() {
    drifting_ = false;
}

}  // namespace menshen::gate
