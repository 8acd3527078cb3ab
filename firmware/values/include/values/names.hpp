// Enums and their stable keys as one table, read in both directions.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace menshen {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

/// The key of `value`; "unknown" for a value outside the table (only a defect can make one).
template <class E, std::size_t N>
[[nodiscard]] constexpr std::string_view name_in(const Names<E, N>& names, E value) {
    for (const auto& [each, name] : names) {
        if (each == value) return name;
    }
    return "unknown";
}

template <class E, std::size_t N>
[[nodiscard]] constexpr std::optional<E> value_in(const Names<E, N>& names, std::string_view text) {
    for (const auto& [each, name] : names) {
        if (name == text) return each;
    }
    return std::nullopt;
}

/// "a, b, c", for messages that say what may be written.
template <class E, std::size_t N>
[[nodiscard]] std::string choices_of(const Names<E, N>& names) {
    std::string all;
    for (const auto& [each, name] : names) all.append(all.empty() ? "" : ", ").append(name);
    return all;
}

}  // namespace menshen
