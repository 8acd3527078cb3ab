#include "values/plate.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "tables.hpp"

namespace menshen {
namespace {

using Characters = std::vector<std::string_view>;

constexpr std::array<std::string_view, 31> province_characters{
    "京", "津", "冀", "晋", "蒙", "辽", "吉", "黑", "沪", "苏", "浙", "皖", "闽", "赣", "鲁", "豫",
    "鄂", "湘", "粤", "桂", "琼", "渝", "川", "贵", "云", "藏", "陕", "甘", "青", "宁", "新"};

/// The longest plate of any class (armed police before 2012: WJ, two digits, five more).
constexpr std::size_t longest = 9;

// ---- character classes

bool is_province(std::string_view c) {
    return std::find(province_characters.begin(), province_characters.end(), c) != province_characters.end();
}
bool is_digit(std::string_view c) {
    return c.size() == 1 && c[0] >= '0' && c[0] <= '9';
}
bool is_latin(std::string_view c) {
    return c.size() == 1 && c[0] >= 'A' && c[0] <= 'Z';
}
/// I and O are not issued in the serial: they read as 1 and 0.
bool is_serial(std::string_view c) {
    return is_digit(c) || (is_latin(c) && c != "I" && c != "O");
}
/// The issuing office. O is old police and government series, still seen.
bool is_office(std::string_view c) {
    return is_latin(c) && c != "I";
}
bool is_energy(std::string_view c) {
    return c.size() == 1 && std::string_view("ABCDEFGHJK").find(c[0]) != std::string_view::npos;
}
bool is_suffix(std::string_view c) {
    static constexpr std::array<std::string_view, 7> suffixes{"警", "学", "港", "澳", "挂", "使", "领"};
    return std::find(suffixes.begin(), suffixes.end(), c) != suffixes.end();
}

template <class Predicate>
bool all(const Characters& c, std::size_t from, std::size_t to, Predicate predicate) {
    return std::all_of(c.begin() + static_cast<std::ptrdiff_t>(from), c.begin() + static_cast<std::ptrdiff_t>(to),
                       predicate);
}

// ---- folding

/// Separators that people and cameras write: dropped. Full width is handled by arithmetic.
constexpr std::array<std::string_view, 16> separators{" ", "-", ".", "\t", "\r",       "\n",           "·", "•", "・",
                                                      "‧", "∙", "●", "　", "\xC2\xA0", "\xEF\xBB\xBF", "—"};

/// Full-width ASCII (U+FF01–U+FF5E) as ASCII; anything else unchanged.
char narrow(std::string_view c) {
    if (c.size() != 3 || c[0] != '\xEF') return 0;
    const unsigned code =
        (0xFU << 12U) | ((static_cast<unsigned char>(c[1]) & 0x3FU) << 6U) | (static_cast<unsigned char>(c[2]) & 0x3FU);
    return code >= 0xFF01 && code <= 0xFF5E ? static_cast<char>(code - 0xFF01 + '!') : '\0';
}

std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

// ---- the classes

std::optional<PlateClass> service_class(const Characters& c) {
    const std::size_t n = c.size();
    if (c[0] == "W" && c[1] == "J") {
        const bool with_province = n == 8 && is_province(c[2]) && all(c, 3, 8, is_serial);
        const bool general = n == 7 && all(c, 2, 7, is_serial);
        const bool old = n == 9 && all(c, 2, 4, is_digit) && all(c, 4, 9, is_serial);
        if (with_province || general || old) return PlateClass::armed_police;
        return std::nullopt;
    }
    if (c[0] == "民" && c[1] == "航") {
        return n == 7 && all(c, 2, 7, is_serial) ? std::optional(PlateClass::civil_aviation) : std::nullopt;
    }
    if (n == 7 && is_office(c[0]) && is_office(c[1]) && all(c, 2, 7, is_digit)) return PlateClass::army;
    if (n == 7 && c[0] == "使" && all(c, 1, 7, is_digit)) return PlateClass::embassy;
    if (n == 7 && c[6] == "使" && all(c, 0, 6, is_digit)) return PlateClass::embassy;
    return std::nullopt;
}

/// Province, office, four characters and a suffix.
std::optional<PlateClass> suffix_class(const Characters& c) {
    const std::string_view last = c.back();
    if (last == "领" && all(c, 1, 6, is_digit)) return PlateClass::consulate;
    if (!is_office(c[1]) || !all(c, 2, 6, is_serial)) return std::nullopt;
    if (last == "警") return PlateClass::police;
    if (last == "学") return PlateClass::learner;
    if (last == "挂") return PlateClass::trailer;
    if (last == "使") return PlateClass::embassy;
    if (last == "领") return PlateClass::consulate;
    const bool border = c[0] == "粤" && c[1] == "Z";
    if (last == "港" && border) return PlateClass::hong_kong;
    if (last == "澳" && border) return PlateClass::macao;
    return std::nullopt;
}

std::optional<PlateClass> general_class(const Characters& c) {
    if (!is_province(c[0])) return std::nullopt;
    if (c.size() == 7) {
        if (is_suffix(c[6])) return suffix_class(c);
        if (is_office(c[1]) && all(c, 2, 7, is_serial)) return PlateClass::small_car;
    }
    if (c.size() == 8 && is_office(c[1])) {
        if (is_energy(c[2]) && is_serial(c[3]) && all(c, 4, 8, is_digit)) return PlateClass::new_energy_small;
        if (all(c, 2, 7, is_digit) && is_energy(c[7])) return PlateClass::new_energy_large;
    }
    return std::nullopt;
}

std::optional<PlateClass> class_of(const Characters& c) {
    if (c.size() < 7 || c.size() > longest) return std::nullopt;
    if (const auto service = service_class(c)) return service;
    return general_class(c);
}

// ---- what is wrong with a text that keeps no class

/// A character as a message may show it: bytes that are no text come as hexadecimal.
std::string shown(std::string_view c) {
    const auto byte = static_cast<unsigned char>(c[0]);
    if (c.size() == 1 && (byte < 0x20 || byte >= 0x7F)) {
        char out[16];
        std::snprintf(out, sizeof out, "byte 0x%02X", static_cast<unsigned>(byte));
        return out;
    }
    return "'" + std::string(c) + "'";
}

/// At most `longest` characters of a text that may be of any length.
std::string beginning(const Characters& c) {
    std::string out;
    for (std::size_t i = 0; i < c.size() && i <= longest; ++i) {
        const bool text = c[i].size() > 1 || (c[i][0] >= 0x20 && c[i][0] < 0x7F);
        out.append(text ? c[i] : std::string_view("?"));
    }
    return c.size() > longest + 1 ? out + "…" : out;
}

std::string serial_problem(std::string_view c) {
    if (c == "I") return "the letter I is not used, write the digit 1";
    if (c == "O") return "the letter O is not used here, write the digit 0";
    if (is_suffix(c)) return "this character stands only in the last place of a 7-character plate";
    if (is_province(c)) return "a province stands only in the first place";
    return "only letters and digits stand here";
}

/// Why an 8-character plate is neither the small nor the large kind; names the first place that fits neither.
std::pair<std::size_t, std::string> energy_problem(const Characters& c) {
    const bool small = is_latin(c[2]);
    if (small && !is_energy(c[2])) return {2, "an 8-character plate has A–H, J or K here (D or F in most cities)"};
    for (std::size_t i = small ? 4 : 2; i < (small ? 8U : 7U); ++i) {
        if (!is_digit(c[i]))
            return {i, small ? "the last four of an 8-character plate are digits" : "a digit stands here"};
    }
    return {7, "the last of an 8-character plate for large cars is A–H, J or K"};
}

std::pair<std::size_t, std::string> first_problem(const Characters& c) {
    if (c[0] == "W" && c[1] == "J")
        return {2, "armed police plates are WJ, a province (or none) and five letters or digits"};
    if (c[0] == "民") return {1, "civil aviation plates are 民航 and five letters or digits"};
    if (c[0] == "使") return {1, "embassy plates are 使 and six digits"};
    if (!is_province(c[0]))
        return {0, "a plate begins with a province such as 京 or 苏 (army: two letters and five digits)"};
    if (!is_office(c[1])) return {1, "the second place is a letter A–Z without I"};
    for (std::size_t i = 2; i < c.size(); ++i) {
        const bool last_of_seven = i == 6 && c.size() == 7;
        if (!is_serial(c[i]) && !(last_of_seven && is_suffix(c[i]))) return {i, serial_problem(c[i])};
    }
    if (c.size() == 8) return energy_problem(c);
    return {c.size() - 1, "港 and 澳 stand only on plates that begin with 粤Z"};
}

Error not_a_plate(const Characters& c) {
    if (c.empty()) return {Errc::invalid, "the plate is empty; write it as 苏A12345"};
    const std::string start = "'" + beginning(c) + "' is not a plate: ";
    if (c.size() >= 2 && (c.size() == 7 || c.size() == 8)) {
        const auto [place, why] = first_problem(c);
        return {Errc::invalid,
                start + "character " + std::to_string(place + 1) + " is " + shown(c[place]) + ", " + why};
    }
    // Of a wrong length, still name what stands wrong where it is plain: the first character.
    const std::string length = "it has " + std::to_string(c.size()) + " characters, a plate has 7 (new energy: 8)";
    if (is_province(c[0]) || is_latin(c[0]) || c[0] == "使" || c[0] == "民") return {Errc::invalid, start + length};
    return {Errc::invalid,
            start + length + "; character 1 is " + shown(c[0]) + ", a plate begins with a province such as 京"};
}

}  // namespace

std::vector<std::string_view> characters(std::string_view utf8) {
    std::vector<std::string_view> out;
    for (std::size_t i = 0; i < utf8.size();) {
        std::size_t n = sequence_length(static_cast<unsigned char>(utf8[i]));
        if (n == 0 || i + n > utf8.size()) n = 1;
        for (std::size_t k = 1; k < n; ++k) {
            if ((static_cast<unsigned char>(utf8[i + k]) & 0xC0U) != 0x80U) n = 1;
        }
        out.push_back(utf8.substr(i, n));
        i += n;
    }
    return out;
}

std::string normalise_plate_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::string_view c : characters(text)) {
        const char ascii = narrow(c);
        if (ascii != 0) c = std::string_view(&ascii, 1);
        if (std::find(separators.begin(), separators.end(), c) != separators.end()) continue;
        if (c.size() == 1 && c[0] >= 'a' && c[0] <= 'z') {
            out.push_back(static_cast<char>(c[0] - 'a' + 'A'));
        } else {
            out.append(c);
        }
    }
    return out;
}

Result<Plate> Plate::parse(std::string_view text) {
    std::string folded = normalise_plate_text(text);
    const Characters parts = characters(folded);
    if (const auto found = class_of(parts)) return Plate(std::move(folded), *found);
    return not_a_plate(parts);
}

std::span<const std::string_view> provinces() {
    return province_characters;
}

bool may_stand(std::string_view character, int position, int length) {
    if (length < 7 || length > 8 || position < 0 || position >= length) return false;
    if (position == 0) return is_province(character);
    if (position == 1) return is_office(character);
    if (is_serial(character)) return true;
    return length == 7 && position == 6 && is_suffix(character);
}

std::string_view to_string(PlateColour colour) {
    return name_in(plate_colours, colour);
}
std::string_view to_string(PlateClass plate_class) {
    return name_in(plate_classes, plate_class);
}
PlateColour plate_colour_from(std::string_view text) {
    return value_in(plate_colours, text).value_or(PlateColour::unknown);
}

}  // namespace menshen
