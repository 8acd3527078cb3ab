// From per-column character probabilities to plates: a CTC beam that keeps the grammar of plates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "values/claim.hpp"

namespace menshen::eye {

/// The characters that plates are written in. A symbol is an index into it.
class Alphabet {
  public:
    Alphabet();
    [[nodiscard]] std::size_t size() const { return characters_.size(); }
    [[nodiscard]] const std::string& at(std::size_t symbol) const { return characters_[symbol]; }
    /// −1 if no plate holds it.
    [[nodiscard]] int find(std::string_view character) const;
    /// Whether `symbol` may come after `prefix` in some plate. `special` admits army, armed police, embassy, consular
    /// plates with digits alone, and civil aviation.
    [[nodiscard]] bool may_follow(std::string_view prefix, std::size_t symbol, bool special) const;
    /// Whether from `symbol` on it can be but one of those.
    [[nodiscard]] bool turns_special(std::string_view prefix, std::size_t symbol) const;
    /// Whether the beginning of a plate has turned so.
    [[nodiscard]] bool is_special(std::string_view prefix) const;
    [[nodiscard]] std::string text(std::string_view symbols) const;

  private:
    [[nodiscard]] bool general(std::string_view prefix, std::size_t symbol) const;
    [[nodiscard]] bool consular(std::string_view prefix, std::size_t symbol) const;
    [[nodiscard]] bool is_province(std::size_t symbol) const { return (stands_[symbol] & 1U) != 0; }
    [[nodiscard]] bool service(std::string_view prefix, std::size_t symbol) const;

    std::vector<std::string> characters_;
    std::vector<std::uint32_t> stands_;  // bit p: may stand at p of 7; bit 8 + p: at p of 8
};

/// One column: probability of each symbol, and of blank (separators count as blank). Sum ≤ 1, the rest is what no plate
/// holds.
struct Column {
    std::vector<float> symbols;
    float blank = 1;
};

struct Spelling {
    std::string plate;
    double likelihood = 0;  // among all plates of the grammar: sums to 1
};

struct Spelled {
    std::vector<Spelling> plates;           // most likely first, at most 16; empty if no plate can be spelled
    std::vector<CharacterRead> characters;  // of the plates as long as the best, with their share
    double grammar = 0;                     // probability that the columns spell any plate at all, 0..1
    double mean = 0;                        // the best spelling's probability per column (geometric mean), 0..1
};

/// Cost O(columns × width × likely symbols): under a millisecond. `special`: see Alphabet.
[[nodiscard]] Spelled spell(const Alphabet& alphabet, const std::vector<Column>& columns, bool special,
                            std::size_t width = 64);

}  // namespace menshen::eye
