// What is written on plates: texts of every class by the grammar of values/plate.hpp, and the numbers of their
// characters.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "plate-synth/layout.hpp"
#include "plate-synth/random.hpp"
#include "values/plate.hpp"

namespace menshen::synth {

/// Symbols are numbered as the eye's alphabet does: the 31 provinces, A–Z, 0–9, 警学港澳挂使领民航.
inline constexpr int symbol_count = 76;
inline constexpr int first_letter = 31, first_digit = 57, first_suffix = 67;
/// −1 if no plate holds the character.
[[nodiscard]] int symbol_of(std::string_view character);
[[nodiscard]] std::string_view symbol_text(int symbol);

/// How a plate looks: finer than its class, which two looks may share.
enum class Sort {
    blue,
    yellow,
    yellow_two_rows,
    trailer,
    learner,
    energy_small,
    energy_large,
    police,
    police_two_rows,
    armed_police,
    army,
    army_two_rows,
    embassy,  // 使 last (2017 on)
    embassy_old,
    consulate,
    hong_kong,
    macao,
    hong_kong_two_rows,
    civil_aviation,
    tractor,
    motorcycle,
    moped,
    paper,
};
inline constexpr int sort_count = 23;

/// Sorts in the shares that a recogniser is trained with: 45 % blue, 15 % green, 15 % yellow, 10 % yellow in two rows …
[[nodiscard]] Sort random_sort(Rng& rng);
[[nodiscard]] Form form_of(Sort sort);
[[nodiscard]] PlateColour colour_of(Sort sort);

struct PlateText {
    Sort sort = Sort::blue;
    std::string text;  // UTF-8; keeps the grammar of Plate::parse
    std::array<std::uint8_t, 8> symbols{};
    std::size_t length = 0;
};
/// Provinces balanced, characters that are taken for each other more often than chance.
[[nodiscard]] PlateText random_text(Rng& rng, Sort sort);
/// A text that somebody else wrote; length 0 if it holds what no plate holds, or more than eight characters.
[[nodiscard]] PlateText plate_text(std::string_view text, Sort sort);
/// The sort that a real plate's text and colour point to.
[[nodiscard]] Sort sort_of(const Plate& plate, PlateColour colour);

}  // namespace menshen::synth
