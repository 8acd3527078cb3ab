#include "age_clock.hpp"

#include <algorithm>

#include "meta_table.hpp"

namespace menshen::registry {

namespace {

constexpr milliseconds off_at_most = std::chrono::days(1);  // counted
constexpr auto written_every = std::chrono::minutes(1);
constexpr const char* counted_key = "age_counted";
constexpr const char* wall_key = "age_wall";

}  // namespace

/// Where the last run has left it, and what has passed since.
Status AgeClock::load(const Now& now) {
    auto counted = kept_number(sql_, counted_key);
    if (!counted) return counted.error();
    auto wall = kept_number(sql_, wall_key);
    if (!wall) return wall.error();
    if (!*counted || !*wall) {
        // by the index; none was received more than a day after this one
        auto newest = sql_.number("SELECT received FROM event ORDER BY kept_from DESC LIMIT 1");
        if (!newest) return newest.error();
        *counted = *wall = newest->value_or(number_of(now.utc));
    }
    const UtcTime seen{milliseconds(**wall)};
    counted_ = UtcTime(milliseconds(**counted)) + std::clamp(now.utc - seen, milliseconds(0), off_at_most);
    wall_ = std::max(seen, now.utc);
    looked_ = now.mono;
    return {};
}

Status AgeClock::keep() {
    auto done = keep_number(sql_, counted_key, number_of(counted_));
    if (done) done = keep_number(sql_, wall_key, number_of(wall_));
    if (done) written_ = counted_;
    return done;
}

Result<UtcTime> AgeClock::at(const Now& now) {
    if (!looked_) {
        if (auto done = load(now); !done) return done.error();
    } else if (const auto passed = std::chrono::floor<milliseconds>(now.mono - *looked_); passed > milliseconds(0)) {
        counted_ += passed;
        wall_ = std::max(wall_ + passed, now.utc);
        *looked_ += passed;
    }
    if (!written_ || counted_ - *written_ >= written_every) {
        if (auto done = keep(); !done) return done.error();
    }
    return counted_;
}

}  // namespace menshen::registry
