// Many crops in one picture, to be looked at.
#pragma once

#include "plate-synth/crops.hpp"
#include "plate-synth/scenes.hpp"

namespace menshen::synth {

/// Drawn crops, each with its text's length and kind told by a mark at its left edge: none for a text, red for no
/// plate, blue for unreadable.
Status write_sheet(Crops& crops, std::uint64_t seed, std::uint64_t count, int columns, const std::string& file);
/// Drawn frames with the corners of their plates: green readable, red not.
Status write_sheet(Scenes& scenes, std::uint64_t seed, std::uint64_t count, int columns, const std::string& file);
/// Pictures of a folder, chosen by the seed, in the same size.
Status write_sheet_of(const std::string& folder, std::uint64_t seed, std::size_t count, int columns,
                      const std::string& file);

}  // namespace menshen::synth
