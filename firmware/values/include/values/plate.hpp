// A Chinese licence plate: its text, its grammar (GA 36-2018), and the characters that cameras and people confuse.
#pragma once

#include <array>
#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "values/result.hpp"

namespace menshen {

enum class PlateColour { unknown, blue, yellow, green, yellow_green, white, black };

enum class PlateClass {
    unknown,
    small_car,         // blue, 7 characters
    large_vehicle,     // yellow, 7; double row at the rear
    new_energy_small,  // green, 8: class letter third
    new_energy_large,  // yellow-green, 8: class letter last
    police,            // white, …警
    army,              // white, two letters and five digits (also armed police before 2012)
    armed_police,      // white, WJ …
    embassy,           // black, …使 or 使…
    consulate,         // black, …领
    hong_kong,         // black, 粤Z …港
    macao,             // black, 粤Z …澳
    learner,           // yellow, …学
    trailer,           // yellow, …挂
    civil_aviation,    // green/white, 民航…
};

/// A plate whose text keeps the grammar of some class. Text is normalised: UTF-8, upper case, no separators.
class Plate {
  public:
    /// Parses what a person types or a CSV holds: full-width and lower-case letters, spaces, '-', '.', '·', '•' are
    /// folded. On failure the message says which character is wrong and why (never throws; input of any length is
    /// safe).
    static Result<Plate> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] PlateClass plate_class() const noexcept { return class_; }
    friend bool operator==(const Plate& a, const Plate& b) { return a.text_ == b.text_; }
    friend auto operator<=>(const Plate& a, const Plate& b) { return a.text_ <=> b.text_; }

  private:
    Plate(std::string text, PlateClass plate_class) : text_(std::move(text)), class_(plate_class) {}
    std::string text_;
    PlateClass class_ = PlateClass::unknown;
};

/// UTF-8 characters of a text, in order. Invalid bytes come back as single-byte pieces.
[[nodiscard]] std::vector<std::string_view> characters(std::string_view utf8);

/// Folds separators, case and full width as Plate::parse does, without judging the result.
[[nodiscard]] std::string normalise_plate_text(std::string_view text);

/// The 31 provinces' characters, in the standard's order.
[[nodiscard]] std::span<const std::string_view> provinces();

/// Which characters may stand at `position` (0-based) of a plate of `length` characters (7 or 8) in the general
/// grammar: province, letter, alphanumerics without I and O, 警学港澳挂使领 only last. Used by voting and by beams.
[[nodiscard]] bool may_stand(std::string_view character, int position, int length);

/// Characters that cameras confuse with `character` at `position`: 0 D Q, 8 B, 2 Z, 1 T L, A 4 (second place), province
/// pairs … (PERCEPTION.md). Symmetric, never contains `character`.
[[nodiscard]] std::span<const std::string_view> confusable_with(std::string_view character, int position);

/// Every plate of the grammar that differs from `plate` in exactly one confusable character.
[[nodiscard]] std::vector<Plate> look_alikes(const Plate& plate);
[[nodiscard]] bool are_look_alikes(const Plate& a, const Plate& b);

[[nodiscard]] std::string_view to_string(PlateColour colour);
[[nodiscard]] std::string_view to_string(PlateClass plate_class);
[[nodiscard]] PlateColour plate_colour_from(std::string_view text);  // unknown if not one of ours

}  // namespace menshen
