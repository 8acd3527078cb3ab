#include "eye/worth.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "values/plate.hpp"
#include "values/plate_size.hpp"

namespace menshen::eye {
namespace {

constexpr int most = 9;
constexpr std::size_t longest_text = 12;
constexpr std::size_t letters_of_a_serial = 2;
constexpr float plain_ground = 0.6F;                      // share of the pixels that agree on a colour
constexpr float least_aspect = 1.7F, most_aspect = 6.5F;  // plates have 2.0 (double row) to 3.4; at an angle, with rim

/// P province, L issuing office, S serial, E class letter of new energy, D digit, X last of 警学港澳挂使领; anything
/// else stands for itself.
constexpr std::array<std::u32string_view, 8> shapes{U"PLSSSSS", U"PLSSSSX",  U"PLESDDDD", U"PLDDDDDE",
                                                    U"LLDDDDD", U"WJPDDDDD", U"使DDDDDD", U"民航SSSSS"};

bool is_letter(std::string_view c) {
    return c.size() == 1 && c[0] >= 'A' && c[0] <= 'Z' && c[0] != 'I' && c[0] != 'O';
}
bool is_digit(std::string_view c) {  // I and O are how 1 and 0 are misread
    return c.size() == 1 && ((c[0] >= '0' && c[0] <= '9') || c[0] == 'I' || c[0] == 'O');
}

bool stands(char32_t place, std::string_view c) {
    switch (place) {
        case U'P':
            return may_stand(c, 0, 7);
        case U'L':
            return may_stand(c, 1, 7);
        case U'S':
            return is_letter(c) || is_digit(c);
        case U'E':
            return is_letter(c) && std::string_view("ABCDEFGHJK").find(c[0]) != std::string_view::npos;
        case U'D':
            return is_digit(c);
        case U'X':
            return c.size() > 1 && may_stand(c, 6, 7);
        case U'使':
            return c == "使";
        case U'民':
            return c == "民";
        case U'航':
            return c == "航";
        default:
            return c.size() == 1 && static_cast<char32_t>(c[0]) == place;
    }
}

/// Without its mark nothing says that six digits are an embassy's: a mark that is unread counts twice.
bool is_class(char32_t place) {
    return std::u32string_view(U"PLSEDX").find(place) != std::u32string_view::npos;
}

/// Fewest changes for every number of letters that the serial holds so far.
using Cost = std::array<int, letters_of_a_serial + 1>;
constexpr Cost far{most, most, most};

Cost plus(Cost cost, int changes) {
    for (auto& c : cost) c = std::min(most, c + changes);
    return cost;
}
Cost best(Cost a, const Cost& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = std::min(a[i], b[i]);
    return a;
}
/// A letter of the serial: one more than before.
Cost lettered(const Cost& cost) {
    Cost out = far;
    for (std::size_t i = 0; i + 1 < cost.size(); ++i) out[i + 1] = cost[i];
    return out;
}

/// Edit distance of a text from all texts of a shape.
int distance(const std::vector<std::string_view>& text, std::u32string_view shape) {
    std::vector<Cost> row(text.size() + 1, far);  // after the places so far, for each length of the text's beginning
    row[0][0] = 0;
    for (std::size_t t = 1; t <= text.size(); ++t) row[t] = plus(row[t - 1], 1);
    for (const char32_t place : shape) {
        const int unread = is_class(place) ? 1 : 2;
        std::vector<Cost> next{plus(row[0], unread)};
        for (std::size_t t = 1; t <= text.size(); ++t) {
            const auto c = text[t - 1];
            Cost here = best(plus(row[t], unread), plus(next[t - 1], 1));  // not there, or put in by mistake
            here = best(here, plus(row[t - 1], unread));                   // misread
            if (stands(place, c)) here = best(here, place == U'S' && is_letter(c) ? lettered(row[t - 1]) : row[t - 1]);
            next.push_back(here);
        }
        row = std::move(next);
    }
    return *std::min_element(row.back().begin(), row.back().end());
}

bool coloured(PlateColour colour) {
    return colour == PlateColour::blue || colour == PlateColour::yellow || colour == PlateColour::green ||
           colour == PlateColour::yellow_green;
}

float aspect(const Read& read) {
    return plate_width(read) / std::max(0.5F, plate_height(read));
}

}  // namespace

int unread_characters(std::string_view text) {
    const auto folded = normalise_plate_text(text.substr(0, 200));
    const auto parts = characters(folded);
    if (parts.size() > longest_text) return most;
    int least = most;
    for (const auto shape : shapes) least = std::min(least, distance(parts, shape));
    return least;
}

bool worth_telling(const Seen& seen) {
    if (seen.read.likelihood >= least_likelihood) return true;
    if (seen.kind == PlateKind::none) return false;
    if (seen.read.colour == PlateColour::unknown || seen.read.colour_likelihood <= plain_ground) return false;
    if (const float a = aspect(seen.read); a < least_aspect || a > most_aspect) return false;
    return unread_characters(seen.raw_text) <= (coloured(seen.read.colour) ? 2 : 1);
}

}  // namespace menshen::eye
