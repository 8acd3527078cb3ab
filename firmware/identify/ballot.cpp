#include "ballot.hpp"

#include <algorithm>
#include <cmath>

namespace menshen {
namespace {

constexpr std::size_t fewest = 6;  // one character of a plate may be hidden
constexpr std::size_t most = 10;
constexpr double most_sure = 0.9995;  // no recogniser is as certain as it says
constexpr double hidden_choices = 8;  // the rest of a slot is shared by about so many characters
constexpr float least = 1e-4F;

struct Weighed {
    std::string character;
    double likelihood = 0;
};

void add(std::vector<Weighed>& all, std::string character, double likelihood) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Weighed& w) { return w.character == character; });
    if (found == all.end()) {
        all.push_back({std::move(character), likelihood});
    } else {
        found->likelihood += likelihood;
    }
}

/// A recogniser that names only its first choice still confuses what looks alike: half of the rest goes there.
void add_confusable(std::vector<Weighed>& all, int position, double rest) {
    const auto others = confusable_with(all.front().character, position);
    if (all.size() > 1 || others.empty()) return;
    const double share = rest / 2 / static_cast<double>(others.size());
    for (const auto& other : others) all.push_back({std::string(other), share});
}

BallotSlot slot_of(std::vector<Weighed> all, int position) {
    double sum = 0;
    for (const Weighed& w : all) sum += w.likelihood;
    if (sum > most_sure) {
        for (Weighed& w : all) w.likelihood *= most_sure / sum;
        sum = most_sure;
    }
    add_confusable(all, position, 1 - sum);
    std::sort(all.begin(), all.end(), [](const Weighed& a, const Weighed& b) {
        return a.likelihood != b.likelihood ? a.likelihood > b.likelihood : a.character < b.character;
    });
    BallotSlot slot;
    double given = 0;
    for (Weighed& w : all) {
        given += w.likelihood;
        slot.choices.push_back({std::move(w.character), std::log(w.likelihood)});
    }
    slot.log_rest = std::log(std::max(1 - given, (1 - most_sure) / 4));
    return slot;
}

std::vector<Weighed> choices_of(const CharacterRead& position) {
    std::vector<Weighed> all;
    for (const auto& a : position.alternatives) {
        if (!(a.likelihood >= least)) continue;
        std::string folded = normalise_plate_text(a.character);
        if (folded.empty() || folded.size() > 4) continue;
        add(all, std::move(folded), static_cast<double>(std::min(a.likelihood, 1.0F)));
    }
    return all;
}

/// For recognisers that give no likelihood per character (cameras that read on board).
std::vector<BallotSlot> slots_of_text(const Read& read) {
    std::vector<BallotSlot> slots;
    const std::string text = normalise_plate_text(read.text);
    const auto parts = characters(text);
    if (parts.size() < fewest || parts.size() > most) return slots;
    const double whole = std::clamp(static_cast<double>(read.likelihood), 0.01, most_sure);
    const double each = std::pow(whole, 1.0 / static_cast<double>(parts.size()));
    for (const auto& c : parts) slots.push_back(slot_of({{std::string(c), each}}, static_cast<int>(slots.size())));
    return slots;
}

}  // namespace

double BallotSlot::log_of(const std::string& character) const {
    for (const Choice& c : choices) {
        if (c.character == character) return c.log_likelihood;
    }
    static const double shared = std::log(hidden_choices);
    return std::max(log_rest, std::log(1e-3)) - shared;
}

std::string Ballot::text() const {
    std::string out;
    for (const BallotSlot& slot : slots) out += slot.choices.front().character;
    return out;
}

double Ballot::confidence() const {
    if (slots.empty()) return 0;
    double sum = 0;
    for (const BallotSlot& slot : slots) sum += slot.choices.front().log_likelihood;
    return std::exp(sum / static_cast<double>(slots.size()));
}

Ballot ballot_of(const Read& read, double weight) {
    Ballot ballot;
    ballot.weight = weight;
    ballot.seen = spot_of(read);
    for (const CharacterRead& position : read.characters) {
        auto choices = choices_of(position);
        if (choices.empty()) continue;  // a separator, or nothing
        ballot.slots.push_back(slot_of(std::move(choices), static_cast<int>(ballot.slots.size())));
        if (ballot.slots.size() > most) break;
    }
    if (read.characters.empty()) ballot.slots = slots_of_text(read);
    if (ballot.slots.size() < fewest || ballot.slots.size() > most) ballot.slots.clear();
    return ballot;
}

}  // namespace menshen
