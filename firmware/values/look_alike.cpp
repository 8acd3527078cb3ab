// Which plates a camera or a person takes for one another. The table is symmetric by construction: groups, not pairs of
// directions. It grows from measured confusions of the recogniser's model card, never from one site's bad luck: every
// pair added here makes more listed plates ambiguous.
#include <algorithm>

#include "values/plate.hpp"

namespace menshen {
namespace {

using Text = std::string_view;
using Group = std::span<const Text>;

constexpr std::array<Text, 3> round_ones{"0", "D", "Q"};
constexpr std::array<Text, 4> round_ones_office{"0", "D", "Q", "O"};  // O is an office letter, never in the serial
constexpr std::array<Text, 2> eights{"8", "B"};
constexpr std::array<Text, 2> twos{"2", "Z"};
constexpr std::array<Text, 3> strokes{"1", "T", "L"};
constexpr std::array<Text, 2> fives{"5", "S"};
constexpr std::array<Text, 2> sixes{"6", "G"};
constexpr std::array<Text, 2> peaks{"M", "N"};
constexpr std::array<Text, 2> bowls{"U", "V"};
constexpr std::array<Text, 2> fours{"4", "A"};  // second place only

constexpr std::array<Group, 8> serial_groups{round_ones, eights, twos, strokes, fives, sixes, peaks, bowls};
constexpr std::array<Group, 9> office_groups{
    round_ones_office, eights, twos, strokes, fives, sixes, peaks, bowls, fours};

// Province characters of one shape at 20 pixels: water radical left, and boxes over strokes.
constexpr std::array<Text, 5> water{"津", "浙", "湘", "沪", "渝"};
constexpr std::array<Text, 2> crowded{"赣", "鄂"};
constexpr std::array<Text, 2> sun_below{"鲁", "晋"};
constexpr std::array<Text, 2> moon_below{"青", "贵"};
constexpr std::array<Text, 2> roof{"京", "宁"};
constexpr std::array<Text, 2> elephant{"豫", "冀"};
constexpr std::array<Text, 2> tree{"桂", "琼"};
constexpr std::array<Text, 2> hill{"陕", "皖"};
constexpr std::array<Group, 8> province_groups{water, crowded, sun_below, moon_below, roof, elephant, tree, hill};

/// For one member of a group, the others. Groups have at most 5 members.
struct Others {
    Text of;
    std::array<Text, 4> others;
    std::size_t count;
};

template <std::size_t N>
constexpr std::size_t members(const std::array<Group, N>& groups) {
    std::size_t n = 0;
    for (const Group& group : groups) n += group.size();
    return n;
}

template <std::size_t Total, std::size_t N>
constexpr std::array<Others, Total> expand(const std::array<Group, N>& groups) {
    std::array<Others, Total> table{};
    std::size_t row = 0;
    for (const Group& group : groups) {
        for (const Text& each : group) {
            Others& entry = table[row++];
            entry.of = each;
            for (const Text& other : group) {
                if (other != each) entry.others[entry.count++] = other;
            }
        }
    }
    return table;
}

constexpr auto serial_table = expand<members(serial_groups)>(serial_groups);
constexpr auto office_table = expand<members(office_groups)>(office_groups);
constexpr auto province_table = expand<members(province_groups)>(province_groups);

template <std::size_t N>
Group find(const std::array<Others, N>& table, Text character) {
    for (const Others& entry : table) {
        if (entry.of == character) return Group(entry.others.data(), entry.count);
    }
    return {};
}

bool confusable(Text a, Text b, int position) {
    const Group others = confusable_with(a, position);
    return std::find(others.begin(), others.end(), b) != others.end();
}

}  // namespace

std::span<const std::string_view> confusable_with(std::string_view character, int position) {
    if (position == 1) return find(office_table, character);
    if (position == 0 && character.size() > 1) return find(province_table, character);
    return position >= 0 ? find(serial_table, character) : Group{};
}

std::vector<Plate> look_alikes(const Plate& plate) {
    std::vector<Plate> out;
    const std::vector<Text> parts = characters(plate.text());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto start = static_cast<std::size_t>(parts[i].data() - plate.text().data());
        for (const Text other : confusable_with(parts[i], static_cast<int>(i))) {
            std::string text = plate.text();
            text.replace(start, parts[i].size(), other);
            if (auto found = Plate::parse(text)) out.push_back(std::move(found).value());
        }
    }
    return out;
}

bool are_look_alikes(const Plate& a, const Plate& b) {
    const std::vector<Text> left = characters(a.text());
    const std::vector<Text> right = characters(b.text());
    if (left.size() != right.size()) return false;
    int swaps = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i] == right[i]) continue;
        if (++swaps > 1 || !confusable(left[i], right[i], static_cast<int>(i))) return false;
    }
    return swaps == 1;
}

}  // namespace menshen
