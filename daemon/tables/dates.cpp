#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tables/list_file.hpp"
#include "values/plate.hpp"

namespace menshen::tables {

namespace {

constexpr std::array<std::string_view, 9> permanent = {"",     "-",    "—",        "/",        "无",
                                                       "永久", "长期", "长期有效", "permanent"};

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Full-width digits and signs as ASCII.
std::string narrow(std::string_view text) {
    std::string out;
    for (const auto c : characters(text)) {
        if (c.size() == 3 && c[0] == '\xEF' && (c[1] == '\xBC' || c[1] == '\xBD')) {
            const int point = ((c[1] & 0x3F) << 6) | (c[2] & 0x3F);  // U+FF00 + …, low 12 bits F00
            const int ascii = point - 0xF00 + 0x20;
            out += ascii > 0x20 && ascii < 0x7F ? static_cast<char>(ascii) : '?';
        } else {
            out += c;
        }
    }
    return out;
}

/// Dots as dashes, 20260105 and Excel's day number as a date that parse_local reads.
std::string usual(std::string text) {
    if (all_digits(text) && text.size() == 8) return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6);
    if (all_digits(text) && text.size() == 5) {  // days since 1899-12-30; five digits are 1927 to 2173
        const auto epoch = std::chrono::local_days(std::chrono::year(1899) / 12 / 30);
        return format_date(epoch + std::chrono::days(std::stoi(text)));
    }
    const auto end = text.find_first_of(" T");
    std::replace(text.begin(), end == std::string::npos ? text.end() : text.begin() + static_cast<long>(end), '.', '-');
    return text;
}

}  // namespace

Result<std::optional<LocalTime>> read_validity(const std::string& cell, bool end) {
    const std::string text = narrow(cell);
    if (std::find(permanent.begin(), permanent.end(), text) != permanent.end()) return std::optional<LocalTime>{};
    auto time = parse_local(usual(text));
    if (!time)
        return Error{Errc::invalid, fmt::format("'{}' is not a date; write it as 2026-12-31", cell.substr(0, 40))};
    const int year = static_cast<int>(std::chrono::year_month_day(date_of(*time)).year());
    if (year < 2000 || year > 2100)
        return Error{Errc::invalid, fmt::format("'{}' lies outside the years 2000 to 2100", cell)};
    const bool date_alone = *time == LocalTime(date_of(*time));
    if (end && date_alone) *time += std::chrono::days(1);
    return std::optional<LocalTime>(*time);
}

}  // namespace menshen::tables
