#include "range.hpp"

#include <algorithm>
#include <charconv>

namespace menshen::registry::server {
namespace {

/// Digits alone; too many of them are as the largest.
std::optional<std::uint64_t> digits_in(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() ? number : UINT64_MAX;
}

ByteRange part_of(std::uint64_t from, std::uint64_t size) {
    return {from, size, false, false};
}

}  // namespace

ByteRange range_in(std::string_view field, std::uint64_t total) {
    constexpr std::string_view unit = "bytes=";
    const ByteRange whole{0, total, true, false};
    const ByteRange impossible{0, 0, false, true};
    if (!field.starts_with(unit)) return whole;
    field.remove_prefix(unit.size());
    const auto dash = field.find('-');
    if (dash == std::string_view::npos) return whole;
    const auto first = digits_in(field.substr(0, dash));
    const auto last = digits_in(field.substr(dash + 1));
    if (dash == 0) {  // the last so many
        if (!last) return whole;
        if (*last == 0 || total == 0) return impossible;
        const auto size = std::min(*last, total);
        return part_of(total - size, size);
    }
    if (!first || (!last && dash + 1 != field.size()) || (last && *last < *first)) return whole;
    if (*first >= total) return impossible;
    const auto end = last ? std::min(*last, total - 1) : total - 1;
    return part_of(*first, end - *first + 1);
}

}  // namespace menshen::registry::server
