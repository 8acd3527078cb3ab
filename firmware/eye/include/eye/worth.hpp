// Which of the texts in a frame the gate hears of.
#pragma once

#include <string_view>

#include "eye/reader.hpp"

namespace menshen::eye {

/// How many characters of a plate are unread if `text` is one: the fewest that must be put in, left out or replaced to
/// get a text with the shape of some class of firmware/values/plate (province, office, serial …; at most two letters
/// among the five of a serial, as GA 36 issues them; I and O count as 1 and 0). "皖AG898R" 0, "AG898R" 1 (the
/// province), "门卫室A1" 5. Never above 9; a text of more than 12 characters is 9.
[[nodiscard]] int unread_characters(std::string_view text);

/// Told: what spells a plate at least faintly (likelihood ≥ 0.02), and what may be a plate that could not be read, so
/// that a person looks: at most two characters unread, on a plate's ground. Black and white grounds are those of most
/// signs and of few plates: there one character may be unread. Not told: signs, banners, telephone numbers, names of
/// makers, and lines of text that are too long or too square for a plate.
[[nodiscard]] bool worth_telling(const Seen& seen);

}  // namespace menshen::eye
