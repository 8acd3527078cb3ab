// Drawn pictures as a folder with labels.csv, which is what menshen-eval judges with.
#pragma once

#include <optional>

#include "plate-synth/crops.hpp"
#include "plate-synth/scenes.hpp"

namespace menshen::synth {

/// Which sorts of plates a folder gets.
struct Sorts {
    std::optional<Sort> only;
    bool by_turns = false;  // every sort as often as any other
    /// Of picture `number`; none: in the shares of a training.
    [[nodiscard]] std::optional<Sort> of(std::uint64_t number) const;
};
/// As the command line names them: blue, yellow_two_rows …, each, or nothing for the shares of a training.
[[nodiscard]] Result<Sorts> sorts_named(std::string_view name);

/// Straightened plates and what they read.
Status write_folder(const Crops& crops, const Sorts& sorts, std::uint64_t seed, std::uint64_t count,
                    const std::string& folder);
/// Frames with one readable plate or none, and its text and corners.
Status write_folder(Scenes& scenes, const Sorts& sorts, std::uint64_t seed, std::uint64_t count,
                    const std::string& folder);

}  // namespace menshen::synth
