#include "values/time.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace menshen;
using namespace std::chrono_literals;

TEST_CASE("dates are read as people write them") {
    const LocalDate day{std::chrono::year(2026) / 11 / 22};
    for (const auto* text : {"2026-11-22", "2026/11/22", "2026年11月22日", " 2026-11-22\r"}) {
        CAPTURE(text);
        REQUIRE(parse_date(text).ok());
        CHECK(*parse_date(text) == day);
        CHECK(*parse_local(text) == LocalTime(day));
    }
    CHECK(*parse_date("2026/1/2") == LocalDate(std::chrono::year(2026) / 1 / 2));
    CHECK(*parse_local("2026-11-22 08:30") == LocalTime(day) + 8h + 30min);
    CHECK(*parse_local("2026-11-22T08:30:07") == LocalTime(day) + 8h + 30min + 7s);
    CHECK(*parse_local("2026年11月22日 8:30") == LocalTime(day) + 8h + 30min);
    CHECK(minute_of_day(*parse_local("2026-11-22 08:30")) == 510);
    CHECK(weekday_of(day) == 6);
}

TEST_CASE("a wrong date says why") {
    for (const auto* text :
         {"", "22-11-2026", "2026-13-01", "2026-02-29", "2026-11-22x", "2026-11-22 24:00", "2026-11-22 08",
          "2026-11-22 08:61", "2026-11-22T08:30:00Z", "2026年11月22", "2026-11/22"}) {
        CAPTURE(text);
        const auto time = parse_local(text);
        REQUIRE_FALSE(time.ok());
        CHECK(time.error().message.find("2026-11-22 08:30") != std::string::npos);
    }
    CHECK(parse_local(std::string(4096, '2')).error().message.size() < 250);
}

TEST_CASE("what is printed is read back") {
    CHECK(rc::check("local time", [] {
        const LocalTime t{seconds(*rc::gen::inRange<std::int64_t>(0, 8'000'000'000))};
        RC_ASSERT(*parse_local(format_local(t)) == t);
    }));
    CHECK(format_utc(UtcTime(milliseconds(1'000'000'000'123))) == "2001-09-09T01:46:40.123Z");
    CHECK(format_utc(UtcTime(milliseconds(-1))) == "1969-12-31T23:59:59.999Z");
}
