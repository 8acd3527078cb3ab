// What menshen-synth writes and a trainer reads from a pipe: records of one size, little-endian, no header.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "plate-synth/layout.hpp"

namespace menshen::synth {

static_assert(std::endian::native == std::endian::little, "records are written as they lie in memory");

enum class CropKind : std::uint8_t { none = 0, unreadable = 1, one_row = 2, two_rows = 3 };
/// CropRecord::source
enum class CropSource : std::uint8_t { drawn = 0, real_crop = 1, real_scene = 2, negative = 3 };

inline constexpr std::uint8_t no_symbol = 255;

struct CropRecord {
    std::array<std::uint8_t, std::size_t{row_height} * row_width * 3> image{};  // BGR, row by row
    std::uint8_t length = 0;               // characters, 0 unless a person could read them
    std::array<std::uint8_t, 8> symbol{};  // number in the alphabet, or no_symbol
    std::array<std::uint8_t, 8> centre{};  // middle of each character, 0..159; no_symbol beyond the last
    std::uint8_t colour = 0;               // PlateColour
    CropKind kind = CropKind::none;
    CropSource source = CropSource::drawn;  // centres of real crops are the layout's, a few pixels off
    std::array<std::uint8_t, 4> reserved{};
};
static_assert(sizeof(CropRecord) == 15360 + 24);

struct ScenePlate {
    std::array<float, 8> corners{};  // x, y clockwise from top left, pixels
    CropKind kind = CropKind::none;
    std::uint8_t colour = 0;
    std::uint8_t readable = 0;  // 1 unless too small, blurred or hidden for a person
    std::uint8_t pad = 0;
};
static_assert(sizeof(ScenePlate) == 36);

inline constexpr std::size_t most_scene_plates = 8;

/// Comes after the picture's height x width x 3 bytes.
struct SceneLabels {
    std::uint8_t count = 0;
    std::array<std::uint8_t, 3> pad{};
    std::array<ScenePlate, most_scene_plates> plates{};
};
static_assert(sizeof(SceneLabels) == 4 + 8 * 36);

}  // namespace menshen::synth
