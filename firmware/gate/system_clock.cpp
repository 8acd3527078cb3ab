#include "system_clock.hpp"

#include <algorithm>
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
constexpr auto floor_behind = std::chrono::minutes(2);

}  // namespace

Instant boot_now() {
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return Instant(seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

SystemClock::SystemClock(UtcTime built, Source source) : built_(built), source_(std::move(source)), floor_(built) {}

SystemClock::Reading SystemClock::read_clocks() {
    return {boot_now(), std::chrono::floor<milliseconds>(std::chrono::system_clock::now())};
}

Now SystemClock::now() const {
    const auto read = source_();
    if (last_ && (read.utc - last_->utc) - (read.mono - last_->mono) > jump) drifting_ = true;
    last_ = read;
    Now now{read.mono, read.utc, local_of(std::chrono::system_clock::to_time_t(read.utc)), ClockState::trusted};
    if (read.utc < floor_) {
        now.clock = ClockState::unset;
    } else if (drifting_) {
        now.clock = ClockState::drifting;
    } else {
        floor_ = std::max(floor_, read.utc - floor_behind);
    }
    return now;
}

void SystemClock::restore(const ClockTrust& kept) {
    floor_ = std::max(floor_, kept.floor);
    drifting_ = drifting_ || kept.drifting;
}

Status SystemClock::confirm() {
    const auto read = source_();
    if (read.utc < built_) return {Errc::invalid, "the box's date lies before this program was made; set it first"};
    floor_ = read.utc - floor_behind;
    drifting_ = false;
    last_ = read;
    return {};
}

}  // namespace menshen::gate
