#include "values/time.hpp"

#include <cstdio>
#include <optional>

namespace menshen {
namespace {

using std::chrono::days;
using std::chrono::year_month_day;

constexpr std::string_view how_to_write = "write it as 2026-11-22 or 2026-11-22 08:30";

/// Takes pieces off the front of a text; every step fails for good once one failed.
struct Scanner {
    std::string_view rest;
    bool good = true;

    std::optional<int> number(std::size_t least, std::size_t most) {
        std::size_t n = 0;
        int value = 0;
        while (n < rest.size() && n < most && rest[n] >= '0' && rest[n] <= '9') value = value * 10 + (rest[n++] - '0');
        if (n < least) return std::nullopt;
        rest.remove_prefix(n);
        return value;
    }
    bool take(std::string_view what) {
        if (!rest.starts_with(what)) return false;
        rest.remove_prefix(what.size());
        return true;
    }
};

/// What a message may repeat of a text that somebody else wrote: its beginning.
std::string beginning_of(std::string_view text) {
    return text.size() <= 40 ? std::string(text) : std::string(text.substr(0, 40)) + "…";
}

Error not_a_time(std::string_view text, std::string_view why) {
    return {Errc::invalid,
            "'" + beginning_of(text) + "' is not a date: " + std::string(why) + "; " + std::string(how_to_write)};
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Result<LocalDate> scan_date(Scanner& in, std::string_view text) {
    const auto year = in.number(4, 4);
    if (!year) return not_a_time(text, "it does not begin with a year of four digits");
    const bool chinese = in.take("年");
    const std::string_view separator = in.rest.starts_with("/") ? "/" : "-";
    if (!chinese && !in.take(separator)) return not_a_time(text, "no '-' after the year");
    const auto month = in.number(1, 2);
    if (!month || !in.take(chinese ? "月" : separator)) return not_a_time(text, "the month is missing");
    const auto day = in.number(1, 2);
    if (!day || (chinese && !in.take("日"))) return not_a_time(text, "the day is missing");
    const year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                              std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return not_a_time(text, "the calendar has no such day");
    return LocalDate(date);
}

Result<seconds> scan_clock(Scanner& in, std::string_view text) {
    const auto hour = in.number(1, 2);
    if (!hour || !in.take(":")) return not_a_time(text, "the hour is not HH:MM");
    const auto minute = in.number(2, 2);
    if (!minute) return not_a_time(text, "the minutes are missing");
    int second = 0;
    if (in.take(":")) {
        const auto read = in.number(2, 2);
        if (!read) return not_a_time(text, "the seconds are missing");
        second = *read;
    }
    if (*hour > 23 || *minute > 59 || second > 59) return not_a_time(text, "hours go to 23, minutes and seconds to 59");
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(second);
}

std::string printed_date(year_month_day date) {
    char out[40];
    std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()));
    return out;
}

std::string printed_clock(seconds of_day) {
    char out[40];
    const auto s = static_cast<int>(of_day.count());
    std::snprintf(out, sizeof out, "T%02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    return out;
}

}  // namespace

std::string format_date(LocalDate d) {
    return printed_date(year_month_day(d));
}

std::string format_local(LocalTime t) {
    return format_date(date_of(t)) + printed_clock(t - date_of(t));
}

std::string format_utc(UtcTime t) {
    const auto day = std::chrono::floor<days>(t);
    const auto second = std::chrono::floor<seconds>(t);
    char millis[16];
    std::snprintf(millis, sizeof millis, ".%03dZ", static_cast<int>((t - second).count()));
    return printed_date(year_month_day(day)) + printed_clock(second - day) + millis;
}

Result<LocalDate> parse_date(std::string_view text) {
    Scanner in{trimmed(text)};
    auto date = scan_date(in, text);
    if (date && !in.rest.empty()) return not_a_time(text, "there is more after the day");
    return date;
}

Result<LocalTime> parse_local(std::string_view text) {
    Scanner in{trimmed(text)};
    const auto date = scan_date(in, text);
    if (!date) return date.error();
    if (in.rest.empty()) return LocalTime(*date);
    if (!in.take("T") && !in.take(" ")) return not_a_time(text, "there is more after the day");
    const auto clock = scan_clock(in, text);
    if (!clock) return clock.error();
    if (!in.rest.empty()) return not_a_time(text, "there is more after the time (no zone: it is the site's own time)");
    return LocalTime(*date) + *clock;
}

}  // namespace menshen
