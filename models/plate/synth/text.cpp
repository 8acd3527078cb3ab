#include "plate-synth/text.hpp"

#include <algorithm>

namespace menshen::synth {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";
constexpr std::array<std::string_view, 9> suffixes{"警", "学", "港", "澳", "挂", "使", "领", "民", "航"};
constexpr std::string_view serial = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
/// Those that cameras take for each other, so that they come oftener than their share.
constexpr std::string_view confusable = "0DQ8B2Z1T7L4A6G5SUVYXKHMNWCEF3P9RJ0DQ8B2Z";

std::string letter(Rng& rng) {
    if (rng.chance(0.1)) return "A";
    const char c = rng.pick(letters);
    if (c == 'I' || (c == 'O' && !rng.chance(0.1))) return letter(rng);
    return {c};
}
std::string digit(Rng& rng) {
    return {rng.pick(digits)};
}
std::string of_digits(Rng& rng, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) out += rng.pick(digits);
    return out;
}
/// `n` letters and digits. Most real serials are digits with a letter or two; a third here are anything, so that
/// nothing is learnt from the place.
std::string of_serial(Rng& rng, int n) {
    const double letter_share = rng.chance(0.35) ? 0.7 : rng.uniform(0.05, 0.45);
    std::string out;
    for (int i = 0; i < n; ++i) {
        if (rng.chance(0.2)) {
            out += rng.pick(confusable);
        } else {
            out += rng.chance(letter_share) ? serial[rng.below(std::size_t{24})] : rng.pick(digits);
        }
    }
    if (rng.chance(0.02)) std::fill(out.begin(), out.end(), out.front());  // vanity plates
    return out;
}
std::string province(Rng& rng) {
    static constexpr std::array<std::string_view, 6> many{"皖", "苏", "粤", "浙", "京", "沪"};
    return std::string(rng.chance(0.15) ? rng.pick(many) : rng.pick(provinces()));
}
std::string energy_letter(Rng& rng) {
    static constexpr std::string_view rare = "ABCEGHJK";
    return {rng.chance(0.75) ? (rng.chance(0.6) ? 'D' : 'F') : rng.pick(rare)};
}

std::string energy_small(Rng& rng) {
    const std::string fourth = rng.chance(0.25) ? std::string{serial[rng.below(std::size_t{24})]} : digit(rng);
    return province(rng) + letter(rng) + energy_letter(rng) + fourth + of_digits(rng, 4);
}

std::string armed_police(Rng& rng) {
    const std::string last = rng.chance(0.4) ? std::string{rng.pick(std::string_view("XBTSHJD"))} : digit(rng);
    return "WJ" + province(rng) + of_digits(rng, 4) + last;
}

std::string army(Rng& rng) {
    static constexpr std::string_view arm = "VKHBSLJNGCEZADQ";
    static constexpr std::string_view unit = "ABCDEFGHJKLMNOPQRSTUVXYZ";
    return std::string{rng.pick(arm)} + std::string{rng.pick(unit)} + of_digits(rng, 5);
}

std::string consulate(Rng& rng) {
    if (rng.chance(0.4)) return province(rng) + of_digits(rng, 5) + "领";
    return province(rng) + letter(rng) + of_digits(rng, 4) + "领";
}

std::string text_of(Rng& rng, Sort sort) {
    switch (sort) {
        case Sort::energy_small:
            return energy_small(rng);
        case Sort::energy_large:
            return province(rng) + letter(rng) + of_digits(rng, 5) + energy_letter(rng);
        case Sort::police:
        case Sort::police_two_rows:
            return province(rng) + letter(rng) + of_serial(rng, 4) + "警";
        case Sort::armed_police:
            return armed_police(rng);
        case Sort::army:
        case Sort::army_two_rows:
            return army(rng);
        case Sort::embassy:
            return of_digits(rng, 6) + "使";
        case Sort::embassy_old:
            return "使" + of_digits(rng, 6);
        case Sort::consulate:
            return consulate(rng);
        case Sort::hong_kong:
            return "粤Z" + of_serial(rng, 4) + "港";
        case Sort::hong_kong_two_rows:
            return "粤Z" + of_serial(rng, 4) + (rng.chance(0.7) ? "港" : "澳");
        case Sort::macao:
            return "粤Z" + of_serial(rng, 4) + "澳";
        case Sort::learner:
            return province(rng) + letter(rng) + of_serial(rng, 4) + "学";
        case Sort::trailer:
            return province(rng) + letter(rng) + of_serial(rng, 4) + "挂";
        case Sort::civil_aviation:
            return "民航" + of_serial(rng, 5);
        default:
            return province(rng) + letter(rng) + of_serial(rng, 5);
    }
}

struct Share {
    Sort sort;
    double per_mille;
};
constexpr std::array<Share, sort_count> shares{{
    {Sort::blue, 410},
    {Sort::energy_small, 145},
    {Sort::yellow, 140},
    {Sort::learner, 20},
    {Sort::yellow_two_rows, 75},
    {Sort::trailer, 30},
    {Sort::energy_large, 25},
    {Sort::police, 22},
    {Sort::police_two_rows, 3},
    {Sort::armed_police, 22},
    {Sort::army, 20},
    {Sort::army_two_rows, 4},
    {Sort::embassy, 8},
    {Sort::embassy_old, 6},
    {Sort::consulate, 20},
    {Sort::hong_kong, 11},
    {Sort::macao, 7},
    {Sort::hong_kong_two_rows, 3},
    {Sort::civil_aviation, 13},
    {Sort::tractor, 6},
    {Sort::motorcycle, 8},
    {Sort::moped, 4},
    {Sort::paper, 3},
}};

Sort suffixed_sort(const Plate& plate) {
    switch (plate.plate_class()) {
        case PlateClass::police:
            return Sort::police;
        case PlateClass::army:
            return Sort::army;
        case PlateClass::armed_police:
            return Sort::armed_police;
        case PlateClass::embassy:
            return plate.text().starts_with("使") ? Sort::embassy_old : Sort::embassy;
        case PlateClass::consulate:
            return Sort::consulate;
        case PlateClass::hong_kong:
            return Sort::hong_kong;
        case PlateClass::macao:
            return Sort::macao;
        case PlateClass::learner:
            return Sort::learner;
        case PlateClass::trailer:
            return Sort::trailer;
        case PlateClass::civil_aviation:
            return Sort::civil_aviation;
        default:
            return Sort::blue;
    }
}

}  // namespace

int symbol_of(std::string_view character) {
    if (character.size() == 1) {
        if (const auto at = letters.find(character[0]); at != std::string_view::npos)
            return first_letter + static_cast<int>(at);
        const auto at = digits.find(character[0]);
        return at == std::string_view::npos ? -1 : first_digit + static_cast<int>(at);
    }
    const auto all = provinces();
    if (const auto found = std::find(all.begin(), all.end(), character); found != all.end())
        return static_cast<int>(found - all.begin());
    const auto* const found = std::find(suffixes.begin(), suffixes.end(), character);
    return found == suffixes.end() ? -1 : first_suffix + static_cast<int>(found - suffixes.begin());
}

std::string_view symbol_text(int symbol) {
    if (symbol < 0 || symbol >= symbol_count) return {};
    const auto i = static_cast<std::size_t>(symbol);
    if (symbol >= first_suffix) return suffixes[i - first_suffix];
    if (symbol >= first_digit) return digits.substr(i - first_digit, 1);
    if (symbol >= first_letter) return letters.substr(i - first_letter, 1);
    return provinces()[i];
}

Sort random_sort(Rng& rng) {
    double sum = 0;
    for (const Share& s : shares) sum += s.per_mille;
    double at = rng.uniform(0, sum);
    for (const Share& s : shares) {
        at -= s.per_mille;
        if (at < 0) return s.sort;
    }
    return Sort::blue;
}

Form form_of(Sort sort) {
    switch (sort) {
        case Sort::yellow_two_rows:
        case Sort::trailer:
        case Sort::police_two_rows:
        case Sort::army_two_rows:
        case Sort::hong_kong_two_rows:
            return Form::two_rows;
        case Sort::energy_small:
        case Sort::energy_large:
            return Form::eight;
        case Sort::armed_police:
            return Form::armed_police;
        case Sort::embassy:
            return Form::digits_first;
        case Sort::embassy_old:
            return Form::digits_last;
        case Sort::tractor:
            return Form::tractor;
        case Sort::motorcycle:
        case Sort::moped:
            return Form::motorcycle;
        case Sort::paper:
            return Form::paper;
        default:
            return Form::seven;
    }
}

PlateColour colour_of(Sort sort) {
    switch (sort) {
        case Sort::blue:
        case Sort::moped:
            return PlateColour::blue;
        case Sort::energy_small:
        case Sort::civil_aviation:
        case Sort::tractor:
            return PlateColour::green;
        case Sort::energy_large:
            return PlateColour::yellow_green;
        case Sort::police:
        case Sort::police_two_rows:
        case Sort::armed_police:
        case Sort::army:
        case Sort::army_two_rows:
        case Sort::paper:
            return PlateColour::white;
        case Sort::embassy:
        case Sort::embassy_old:
        case Sort::consulate:
        case Sort::hong_kong:
        case Sort::macao:
        case Sort::hong_kong_two_rows:
            return PlateColour::black;
        default:
            return PlateColour::yellow;
    }
}

PlateText plate_text(std::string_view text, Sort sort) {
    PlateText out;
    out.sort = sort;
    out.text = text;
    const auto parts = characters(out.text);
    if (parts.size() > out.symbols.size()) return out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const int symbol = symbol_of(parts[i]);
        if (symbol < 0) return out;
        out.symbols[i] = static_cast<std::uint8_t>(symbol);
    }
    out.length = parts.size();
    return out;
}

PlateText random_text(Rng& rng, Sort sort) {
    return plate_text(text_of(rng, sort), sort);
}

Sort sort_of(const Plate& plate, PlateColour colour) {
    if (plate.plate_class() == PlateClass::new_energy_small) return Sort::energy_small;
    if (plate.plate_class() == PlateClass::new_energy_large) return Sort::energy_large;
    if (plate.plate_class() == PlateClass::small_car && colour == PlateColour::yellow) return Sort::yellow;
    return suffixed_sort(plate);
}

}  // namespace menshen::synth
