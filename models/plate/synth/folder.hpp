// Drawn pictures as a folder with labels.csv, which is what menshen-eval judges with.
#pragma once

#include <optional>

#include "plate-synth/crops.hpp"
#include "plate-synth/scenes.hpp"

namespace menshen::synth {

/// Names of sorts on the command line: blue, yellow_two_rows …
[[nodiscard]] std::optional<Sort> sort_named(std::string_view name);
/// All of them, for a message.
[[nodiscard]] std::string all_sorts();

/// Straightened plates of one sort, or of all in their shares, and what they read.
Status write_folder(const Crops& crops, std::optional<Sort> sort, std::uint64_t seed, std::uint64_t count,
                    const std::string& folder);
/// Frames with one readable plate or none, and its text and corners.
Status write_folder(Scenes& scenes, std::uint64_t seed, std::uint64_t count, const std::string& folder);

}  // namespace menshen::synth
