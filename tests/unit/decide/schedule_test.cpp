#include <doctest/doctest.h>

#include "cases.hpp"

using namespace menshen;

namespace {

Schedule office_hours() {
    Schedule s;
    for (std::size_t day = 0; day < 5; ++day) s.week[day] = {{480, 720}, {780, 1080}};
    return s;
}

bool allowed(const Schedule& s, const char* when, const Calendar& calendar = {}) {
    return allows(s, calendar, *parse_local(when));
}

}  // namespace

TEST_CASE("weekly hours include their beginning and exclude their end") {
    const Schedule s = office_hours();
    CHECK_FALSE(allowed(s, "2026-11-18 07:59:59"));
    CHECK(allowed(s, "2026-11-18 08:00"));
    CHECK(allowed(s, "2026-11-18 11:59:59"));
    CHECK_FALSE(allowed(s, "2026-11-18 12:00"));
    CHECK_FALSE(allowed(s, "2026-11-22 10:00"));  // Sunday
    CHECK_FALSE(allowed(Schedule{}, "2026-11-18 10:00"));
}

TEST_CASE("holidays and make-up workdays (调休)") {
    Calendar calendar;
    calendar.holidays = {*parse_date("2026-10-01"), *parse_date("2026-10-02")};
    calendar.make_up_workdays = {{*parse_date("2026-10-10"), 4}};  // a Saturday with Friday's hours
    Schedule s = office_hours();
    CHECK_FALSE(allowed(s, "2026-10-01 10:00", calendar));
    CHECK(allowed(s, "2026-10-10 10:00", calendar));
    CHECK_FALSE(allowed(s, "2026-10-10 10:00"));
    s.holiday = {{540, 600}};
    CHECK(allowed(s, "2026-10-01 09:30", calendar));
    CHECK_FALSE(allowed(s, "2026-10-05 07:30", calendar));
}

TEST_CASE("a window over midnight belongs to the day it began on") {
    Schedule s;
    s.week[4] = {{1320, 360}};  // Friday 22:00 to Saturday 06:00
    CHECK_FALSE(allowed(s, "2026-11-20 21:59"));
    CHECK(allowed(s, "2026-11-20 22:00"));
    CHECK(allowed(s, "2026-11-21 05:59"));
    CHECK_FALSE(allowed(s, "2026-11-21 06:00"));
    CHECK_FALSE(allowed(s, "2026-11-20 05:00"));  // Thursday had no night
    Calendar calendar;
    calendar.holidays = {*parse_date("2026-11-21")};
    CHECK(allowed(s, "2026-11-21 05:00", calendar));  // the night goes on into a holiday
    s.week[4] = {{0, 1440}};
    CHECK(allowed(s, "2026-11-20 23:59:59"));
    CHECK_FALSE(allowed(s, "2026-11-21 00:00"));
}
