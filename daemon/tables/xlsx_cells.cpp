#include "xlsx_cells.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <tuple>
#include <utility>

#include "values/time.hpp"

namespace menshen::tables {

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
    // To the second, and never up into the next day: 23:59:59 that ends a permit's last day is no date alone.
    const auto day = std::chrono::days(static_cast<int>(*days));
    const auto second = std::min<long long>(std::llround((*days - std::floor(*days)) * 86'400), 86'399);
    const auto date = format_date(date_of(first + day));
    if (second == 0) return date;
    const auto minute = fmt::format("{} {:02}:{:02}", date, second / 3600, second / 60 % 60);
    return second % 60 == 0 ? minute : fmt::format("{}:{:02}", minute, second % 60);
}

namespace {

std::optional<unsigned> hex4(std::string_view digits) {
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    const bool whole = digits.size() == 4 && failed == std::errc{} && end == digits.data() + digits.size();
    return whole ? std::optional(value) : std::nullopt;
}

/// The UTF-16 unit that is written as _xHHHH_ where the text begins.
std::optional<unsigned> unit_at(std::string_view text) {
    if (!begins_with_escape(text)) return std::nullopt;
    return hex4(text.substr(2, 4));
}

void add_character(std::string& out, unsigned point) {
    const auto byte = [&](unsigned bits) { out += static_cast<char>(bits); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xC0 | point >> 6);
        byte(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        byte(0xE0 | point >> 12);
        byte(0x80 | ((point >> 6) & 0x3F));
        byte(0x80 | (point & 0x3F));
    } else {
        byte(0xF0 | point >> 18);
        byte(0x80 | ((point >> 12) & 0x3F));
        byte(0x80 | ((point >> 6) & 0x3F));
        byte(0x80 | (point & 0x3F));
    }
}

/// What is escaped where the text begins, and how many bytes that takes; half a character is U+FFFD.
std::pair<unsigned, std::size_t> escaped_at(std::string_view text, unsigned first) {
    if (first < 0xD800 || first > 0xDFFF) return {first, escape_size};
    const auto second = first < 0xDC00 ? unit_at(text.substr(escape_size)) : std::nullopt;
    if (!second || *second < 0xDC00 || *second > 0xDFFF) return {0xFFFD, escape_size};
    return {0x10000 + ((first - 0xD800) << 10) + (*second - 0xDC00), 2 * escape_size};
}

}  // namespace

bool begins_with_escape(std::string_view text) {
    return text.size() >= escape_size && text.starts_with("_x") && text[escape_size - 1] == '_' &&
           hex4(text.substr(2, 4)).has_value();
}

std::string plain_text(std::string_view written) {
    std::string out;
    while (!written.empty()) {
        unsigned point = static_cast<unsigned char>(written[0]);
        std::size_t size = 1;
        if (const auto unit = unit_at(written)) std::tie(point, size) = escaped_at(written, *unit);
        written.remove_prefix(size);
        if (point == '\r') continue;  // a line's end is \n alone
        if (point < 0x20 && point != '\n' && point != '\t') point = ' ';
        if (size == 1) {
            out += static_cast<char>(point);
        } else {
            add_character(out, point);
        }
    }
    return out;
}

}  // namespace menshen::tables
