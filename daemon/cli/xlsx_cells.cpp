#include "xlsx_cells.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "values/time.hpp"

namespace menshen::cli {

namespace {

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = failed == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
    return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::size_t> column_in(std::string_view reference) {
    std::size_t column = 0;
    for (const char c : reference) {
        if (c < 'A' || c > 'Z') break;
        column = column * 26 + static_cast<std::size_t>(c - 'A') + 1;
        if (column > 16'384) return std::nullopt;
    }
    return column == 0 ? std::nullopt : std::optional(column - 1);
}

bool is_date_format(int number) {
    // 14 to 22 everywhere; 27 to 36 and 50 to 58 in Chinese, Japanese and Korean editions; 45 to 47 are times
    return (number >= 14 && number <= 22) || (number >= 27 && number <= 36) || (number >= 45 && number <= 47) ||
           (number >= 50 && number <= 58);
}

bool is_date_format(std::string_view code) {
    bool quoted = false, bracketed = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (quoted) {
            quoted = c != '"';
        } else if (bracketed) {
            bracketed = c != ']';
        } else if (c == '\\' || c == '_' || c == '*') {
            ++i;  // the next character stands for itself
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[') {
            bracketed = true;
        } else if (std::string_view("yYmMdDhH").find(c) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

std::string number_text(const std::string& value) {
    const auto number = number_in(value);
    if (!number) return value;
    if (std::abs(*number) < 1e15 && *number == std::floor(*number)) {
        return fmt::format("{}", static_cast<long long>(*number));
    }
    return fmt::format("{}", *number);
}

std::string date_text(const std::string& value, bool since_1904) {
    const auto days = number_in(value);
    if (!days || *days < 1 || *days > 200'000) return number_text(value);
    const auto first = since_1904 ? std::chrono::local_days(std::chrono::year(1904) / 1 / 1)
                                  : std::chrono::local_days(std::chrono::year(1899) / 12 / 30);
    const auto minutes = std::chrono::minutes(std::llround(*days * 24 * 60));
    const LocalTime time = first + minutes;
    const auto date = format_date(date_of(time));
    const int minute = minute_of_day(time);
    return minute == 0 ? date : fmt::format("{} {:02}:{:02}", date, minute / 60, minute % 60);
}

}  // namespace menshen::cli
