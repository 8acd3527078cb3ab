// The geometry of plates: where the characters stand, and how a plate is laid before the recogniser. Nothing but
// numbers, so that the eye and what draws its training pictures share them without sharing a library.
//
// Source: GA 36-2018 for the sizes of plates (440 x 140, 440 x 220, 480 x 140 mm) and the single row (45 mm wide, 12 mm
// apart). The spacing of two rows and of eight characters adds up to those totals and is not checked against the text.
// The smaller double-row plates (tractor, motorcycle) are taken as the same picture made smaller, which is how they
// look at the size at which cameras see them.
#pragma once

#include <array>
#include <cstddef>

namespace menshen::synth {

/// What the recogniser is given: one row of characters, pixels.
inline constexpr int row_width = 160;
inline constexpr int row_height = 32;

/// How a plate of two rows becomes one: fractions of the straightened plate's width and height. The upper row's part
/// comes to the left, the lower row's to its right, both as high as the row. The parts overlap where neither row has
/// ink (75 to 90 of 220 mm), so that corners found a few per cent off still cut no character.
struct RowPart {
    double left, top, right, bottom;  // of the plate, 0..1
    int x, width;                     // where it lies in the row, pixels of row_width
};
inline constexpr RowPart upper_part{80.0 / 440, 0, 360.0 / 440, 88.0 / 220, 0, 54};
inline constexpr RowPart lower_part{0, 76.0 / 220, 1, 1, 54, 106};
static_assert(upper_part.width + lower_part.width == row_width);

/// A rectangle on a plate: millimetres from its upper left corner.
struct Box {
    double x = 0, y = 0, width = 0, height = 0;
    [[nodiscard]] constexpr double middle() const { return x + width / 2; }
};

/// The shapes of plates. What is written on them, and in which colours, is the plate class's matter.
enum class Form {
    seven,  // 440 x 140: seven characters, a dot after the second (blue, yellow, police, army, embassy, HK, learner …)
    eight,         // 480 x 140: eight characters (new energy)
    armed_police,  // 440 x 140: WJ, a province, five more
    digits_first,  // 440 x 140: six digits, a dot after the third, 使 last
    digits_last,   // 440 x 140: 使, six digits, a dot after the fourth character
    two_rows,      // 440 x 220: two characters above five (large vehicles' rear, trailers)
    tractor,       // 300 x 165: two rows
    motorcycle,    // 220 x 140: two rows
    paper,         // 220 x 140: one row on a sheet behind the windscreen
};
inline constexpr int form_count = 9;

struct Layout {
    double width = 440, height = 140;  // millimetres
    int rows = 1;
    std::size_t count = 7;                      // characters
    std::array<Box, 8> boxes{};                 // of each character, in reading order
    double dot_x = 0, dot_y = 0, dot_size = 0;  // its middle and diameter; size 0: none
};

namespace detail {

/// One row of characters of equal height: `first` the width of the first, `rest` of the others, `gap` between them and
/// `wide` after the `after`th, in the middle of the plate.
constexpr Layout one_row(std::size_t count, double plate_width, double first, double rest, double gap, double wide,
                         std::size_t after) {
    Layout l;
    l.width = plate_width;
    l.count = count;
    double x = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double w = i == 0 ? first : rest;
        l.boxes[i] = {x, 25, w, 90};
        x += w + (i + 1 == after ? wide : gap);
    }
    const double margin = (plate_width - (l.boxes[count - 1].x + l.boxes[count - 1].width)) / 2;
    for (std::size_t i = 0; i < count; ++i) l.boxes[i].x += margin;
    l.dot_x = (l.boxes[after - 1].x + l.boxes[after - 1].width + l.boxes[after].x) / 2;
    l.dot_y = 70;
    l.dot_size = 10;
    return l;
}

/// 440 x 220: above two characters of 80 x 60 with 60 between them, below five of 65 x 110 with 15 between them; 15 mm
/// above, 15 between the rows, 20 below.
constexpr Layout two_rows(double plate_width, double plate_height) {
    Layout l;
    l.width = plate_width;
    l.height = plate_height;
    l.rows = 2;
    const double sx = plate_width / 440, sy = plate_height / 220;
    l.boxes[0] = {110 * sx, 15 * sy, 80 * sx, 60 * sy};
    l.boxes[1] = {250 * sx, 15 * sy, 80 * sx, 60 * sy};
    for (std::size_t i = 0; i < 5; ++i) {
        l.boxes[2 + i] = {(27.5 + 80.0 * static_cast<double>(i)) * sx, 90 * sy, 65 * sx, 110 * sy};
    }
    l.dot_x = 220 * sx;
    l.dot_y = 45 * sy;
    l.dot_size = 10 * sx;
    return l;
}

constexpr Layout paper() {
    Layout l = one_row(7, 440, 45, 45, 12, 34, 2);
    l.width = 220;
    for (Box& b : l.boxes) b = {b.x / 2, 48, b.width / 2, 54};
    l.dot_x /= 2;
    l.dot_y = 75;
    l.dot_size = 6;
    return l;
}

}  // namespace detail

[[nodiscard]] constexpr Layout layout_of(Form form) {
    switch (form) {
        case Form::eight:
            return detail::one_row(8, 480, 45, 43, 9, 49, 2);
        case Form::armed_police:
            return detail::one_row(8, 440, 44, 44, 7, 22, 3);
        case Form::digits_first:
            return detail::one_row(7, 440, 45, 45, 12, 34, 3);
        case Form::digits_last:
            return detail::one_row(7, 440, 45, 45, 12, 34, 4);
        case Form::two_rows:
            return detail::two_rows(440, 220);
        case Form::tractor:
            return detail::two_rows(300, 165);
        case Form::motorcycle:
            return detail::two_rows(220, 140);
        case Form::paper:
            return detail::paper();
        case Form::seven:
            break;
    }
    return detail::one_row(7, 440, 45, 45, 12, 34, 2);
}

/// Where a character's middle comes to lie in the row that the recogniser is given, pixels, corners being exact.
[[nodiscard]] constexpr double row_x(const Layout& layout, std::size_t character) {
    const double x = layout.boxes[character].middle() / layout.width;
    if (layout.rows == 1) return x * row_width;
    const RowPart& part = character < 2 ? upper_part : lower_part;
    return part.x + (x - part.left) / (part.right - part.left) * part.width;
}

}  // namespace menshen::synth
