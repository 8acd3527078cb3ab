// Weekly hours, holidays and make-up workdays (调休).
#include <algorithm>

#include "decide/decide.hpp"

namespace menshen {
namespace {

const std::vector<Window>& windows_of(const Schedule& schedule, const Calendar& calendar, LocalDate day) {
    // A make-up workday is named one by one, so it says more than a span of holidays around it.
    for (const auto& [date, weekday] : calendar.make_up_workdays) {
        if (date == day && weekday >= 0 && weekday < 7) return schedule.week[static_cast<std::size_t>(weekday)];
    }
    const auto& holidays = calendar.holidays;
    if (std::find(holidays.begin(), holidays.end(), day) != holidays.end()) return schedule.holiday;
    return schedule.week[static_cast<std::size_t>(weekday_of(day))];
}

bool over_midnight(const Window& window) {
    return window.to <= window.from;
}

}  // namespace

bool allows(const Schedule& schedule, const Calendar& calendar, LocalTime local) {
    const LocalDate today = date_of(local);
    const int minute = minute_of_day(local);
    for (const Window& w : windows_of(schedule, calendar, today)) {
        if (minute >= w.from && (over_midnight(w) || minute < w.to)) return true;
    }
    // A night shift belongs to the day it began on, whatever kind of day follows.
    for (const Window& w : windows_of(schedule, calendar, today - std::chrono::days(1))) {
        if (over_midnight(w) && minute < w.to) return true;
    }
    return false;
}

}  // namespace menshen
