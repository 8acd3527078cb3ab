#include "eye/beam.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "values/plate.hpp"

namespace menshen::eye {
namespace {

constexpr float negligible = 1e-5F;     // a symbol less likely than this in a column is not followed
constexpr double special_prior = 0.05;  // of army, armed police, embassy, consular and civil aviation plates
constexpr std::size_t most_plates = 16;
constexpr std::size_t most_alternatives = 8;

/// Probability of all paths that spell a prefix and end in blank, and in its last symbol. Plain numbers: at most some
/// 40 columns, rescaled by the caller.
struct Mass {
    double blank = 0;
    double symbol = 0;
    [[nodiscard]] double sum() const { return blank + symbol; }
};
using Beam = std::unordered_map<std::string, Mass>;

bool is_digit(const std::string& c) {
    return c.size() == 1 && c[0] >= '0' && c[0] <= '9';
}
bool is_latin(const std::string& c) {
    return c.size() == 1 && c[0] >= 'A' && c[0] <= 'Z';
}

Beam advanced(const Alphabet& alphabet, const Beam& beam, const Column& column, bool special) {
    std::vector<std::size_t> likely;
    for (std::size_t s = 0; s < column.symbols.size(); ++s) {
        if (column.symbols[s] > negligible) likely.push_back(s);
    }
    Beam next;
    for (const auto& [prefix, mass] : beam) {
        Mass& same = next[prefix];
        same.blank += mass.sum() * double{column.blank};
        for (const std::size_t s : likely) {
            const double p = double{column.symbols[s]};
            const bool repeats = !prefix.empty() && prefix.back() == static_cast<char>(s);
            if (repeats) next[prefix].symbol += mass.symbol * p;
            if (!alphabet.may_follow(prefix, s, special)) continue;
            const bool turns_special = prefix.size() < 2 && alphabet.turns_special(prefix, s);
            const double from = (repeats ? mass.blank : mass.sum()) * (turns_special ? special_prior : 1.0);
            next[prefix + static_cast<char>(s)].symbol += from * p;
        }
    }
    return next;
}

/// Keeps the `width` best and scales them to a sum of 1; returns the scale's logarithm.
double pruned(Beam& beam, std::size_t width) {
    std::vector<std::pair<double, const std::string*>> order;
    for (const auto& [prefix, mass] : beam) order.emplace_back(mass.sum(), &prefix);
    if (order.size() > width) {
        std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(width), order.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
        order.resize(width);
    }
    double sum = 0;
    for (const auto& entry : order) sum += entry.first;
    if (sum <= 0) return -INFINITY;
    Beam kept;
    for (const auto& entry : order) {
        if (entry.first > 0) {
            const Mass& mass = beam.at(*entry.second);
            kept.emplace(*entry.second, Mass{mass.blank / sum, mass.symbol / sum});
        }
    }
    beam = std::move(kept);
    return std::log(sum);
}

std::vector<CharacterRead> marginals(const std::vector<Spelling>& plates) {
    const auto length = characters(plates.front().plate).size();
    std::vector<std::map<std::string, double>> shares(length);
    for (const auto& spelling : plates) {
        const auto text = characters(spelling.plate);
        if (text.size() != length) continue;
        for (std::size_t i = 0; i < length; ++i) shares[i][std::string(text[i])] += spelling.likelihood;
    }
    std::vector<CharacterRead> reads(length);
    for (std::size_t i = 0; i < length; ++i) {
        auto& alternatives = reads[i].alternatives;
        for (const auto& [character, share] : shares[i]) {
            alternatives.push_back({character, static_cast<float>(std::min(share, 1.0))});
        }
        std::sort(alternatives.begin(), alternatives.end(),
                  [](const auto& a, const auto& b) { return a.likelihood > b.likelihood; });
        if (alternatives.size() > most_alternatives) alternatives.resize(most_alternatives);
    }
    return reads;
}

}  // namespace

Alphabet::Alphabet() {
    for (const auto province : provinces()) characters_.emplace_back(province);
    for (char c = 'A'; c <= 'Z'; ++c) characters_.emplace_back(1, c);
    for (char c = '0'; c <= '9'; ++c) characters_.emplace_back(1, c);
    for (const char* c : {"警", "学", "港", "澳", "挂", "使", "领", "民", "航"}) characters_.emplace_back(c);
    for (const auto& c : characters_) {
        std::uint32_t bits = 0;
        for (int p = 0; p < 7; ++p) bits |= may_stand(c, p, 7) ? 1U << static_cast<unsigned>(p) : 0U;
        for (int p = 0; p < 8; ++p) bits |= may_stand(c, p, 8) ? 1U << static_cast<unsigned>(8 + p) : 0U;
        stands_.push_back(bits);
    }
}

int Alphabet::find(std::string_view character) const {
    const auto found = std::find(characters_.begin(), characters_.end(), character);
    return found == characters_.end() ? -1 : static_cast<int>(found - characters_.begin());
}

std::string Alphabet::text(std::string_view symbols) const {
    std::string out;
    for (const char s : symbols) out += characters_[static_cast<unsigned char>(s)];
    return out;
}

bool Alphabet::general(std::string_view prefix, std::size_t symbol) const {
    const auto position = static_cast<unsigned>(prefix.size());
    if (position >= 8) return false;
    const bool of_seven = position < 7 && (stands_[symbol] >> position & 1U) != 0;
    const bool of_eight = (stands_[symbol] >> (8 + position) & 1U) != 0;
    if (position < 7) return of_seven || of_eight;
    // an eighth character only after what may itself be the seventh of eight
    return of_eight && (stands_[static_cast<unsigned char>(prefix[6])] >> 14U & 1U) != 0;
}

/// A province, five digits, 领.
bool Alphabet::consular(std::string_view prefix, std::size_t symbol) const {
    const auto& c = characters_[symbol];
    return prefix.size() < 6 ? is_digit(c) : prefix.size() == 6 && c == "领";
}

/// Army: two letters, five digits. Armed police: WJ, a province or not, five more. Embassy: 使 and six digits, or six
/// digits and 使. Civil aviation: 民航 and five.
bool Alphabet::service(std::string_view prefix, std::size_t symbol) const {
    const auto n = prefix.size();
    const auto& c = characters_[symbol];
    const bool digit = is_digit(c), latin = is_latin(c);
    if (n == 0) return latin || digit || c == "使" || c == "民";
    const auto& first = characters_[static_cast<unsigned char>(prefix[0])];
    if (first == "使") return n < 7 && digit;
    if (first == "民") return n == 1 ? c == "航" : n < 7 && (digit || latin);
    if (is_digit(first)) return n < 6 ? digit : n == 6 && c == "使";
    if (!is_latin(first)) return false;
    if (n == 1) return latin;
    const bool police = first == "W" && characters_[static_cast<unsigned char>(prefix[1])] == "J";
    const bool with_province = police && n > 2 && characters_[static_cast<unsigned char>(prefix[2])].size() > 1;
    if (police && n == 2 && is_province(symbol)) return true;
    return n < (with_province ? 8U : 7U) && (digit || (police && latin));
}

bool Alphabet::may_follow(std::string_view prefix, std::size_t symbol, bool special) const {
    if (prefix.empty()) return is_province(symbol) || (special && service(prefix, symbol));
    if (!is_province(static_cast<unsigned char>(prefix[0]))) return special && service(prefix, symbol);
    const std::size_t second = prefix.size() > 1 ? static_cast<unsigned char>(prefix[1]) : symbol;
    return is_digit(characters_[second]) ? special && consular(prefix, symbol) : general(prefix, symbol);
}

bool Alphabet::turns_special(std::string_view prefix, std::size_t symbol) const {
    if (prefix.empty()) return !is_province(symbol);
    return prefix.size() == 1 && is_province(static_cast<unsigned char>(prefix[0])) && is_digit(characters_[symbol]);
}

bool Alphabet::is_special(std::string_view prefix) const {
    for (std::size_t n = 0; n < std::min<std::size_t>(2, prefix.size()); ++n) {
        if (turns_special(prefix.substr(0, n), static_cast<unsigned char>(prefix[n]))) return true;
    }
    return false;
}

Spelled spell(const Alphabet& alphabet, const std::vector<Column>& columns, bool special, std::size_t width) {
    Beam beam{{std::string(), Mass{1, 0}}};
    double log_scale = 0;
    for (const auto& column : columns) {
        beam = advanced(alphabet, beam, column, special);
        const double scale = pruned(beam, width);
        if (std::isinf(scale)) return {};
        log_scale += scale;
    }
    Spelled out;
    double sum = 0, seen = 0;  // with what is believed of the classes beforehand, and as the columns alone say
    for (const auto& [prefix, mass] : beam) {
        if (prefix.size() < 7) continue;
        auto plate = Plate::parse(alphabet.text(prefix));
        if (!plate) continue;
        out.plates.push_back({plate->text(), mass.sum()});
        sum += mass.sum();
        seen += mass.sum() / (alphabet.is_special(prefix) ? special_prior : 1.0);
    }
    if (sum <= 0) return {};
    std::sort(out.plates.begin(), out.plates.end(),
              [](const auto& a, const auto& b) { return a.likelihood > b.likelihood; });
    out.grammar = std::min(1.0, std::exp(log_scale) * seen);
    out.mean = std::exp((log_scale + std::log(out.plates.front().likelihood)) / static_cast<double>(columns.size()));
    for (auto& spelling : out.plates) spelling.likelihood /= sum;
    out.characters = marginals(out.plates);
    if (out.plates.size() > most_plates) out.plates.resize(most_plates);
    return out;
}

}  // namespace menshen::eye
