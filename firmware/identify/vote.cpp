#include "vote.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "witness.hpp"

namespace menshen {
namespace {

constexpr std::size_t max_ballots = 16;
constexpr std::size_t beam_width = 32;
constexpr std::size_t max_candidates = 8;
constexpr double least_likelihood = 1e-3;  // of a candidate that is worth a guard's look
constexpr double breaks_grammar = 0.1;     // how much of the mass on impossible texts counts as doubt
constexpr double gap_cost = 0.7;
constexpr std::array<std::size_t, 3> lengths{7, 8, 9};

struct Choice {
    std::string character;
    double p = 0;
};
struct Slot {
    std::vector<Choice> choices;  // most likely first
    double rest = 0;
};
using Slots = std::vector<Slot>;

/// A ballot whose slots are brought to the positions of a hypothesis; null where it has no character for one.
struct Aligned {
    std::vector<const BallotSlot*> slots;
    Witness witness;
};

// ---- one slot

void collect(std::vector<Choice>& all, const BallotSlot& slot) {
    for (const auto& c : slot.choices) {
        const bool known =
            std::any_of(all.begin(), all.end(), [&](const Choice& each) { return each.character == c.character; });
        if (!known) all.push_back({c.character, 0});
    }
}

Slot tally(const std::vector<Aligned>& ballots, std::size_t position) {
    Slot slot;
    std::vector<Witness> witnesses;
    for (const Aligned& b : ballots) {
        if (b.slots[position] == nullptr) continue;
        collect(slot.choices, *b.slots[position]);
        witnesses.push_back(b.witness);
    }
    const double scale = independent_share(witnesses);
    double rest = 0;
    for (const Aligned& b : ballots) {
        const BallotSlot* from = b.slots[position];
        if (from == nullptr) continue;
        const double w = b.witness.weight * scale;
        for (Choice& c : slot.choices) c.p += w * from->log_of(c.character);
        rest += w * from->log_rest;
    }
    double highest = rest;
    for (const Choice& c : slot.choices) highest = std::max(highest, c.p);
    double sum = slot.rest = std::exp(rest - highest);
    for (Choice& c : slot.choices) sum += c.p = std::exp(c.p - highest);
    slot.rest /= sum;
    for (Choice& c : slot.choices) c.p /= sum;
    std::sort(slot.choices.begin(), slot.choices.end(),
              [](const Choice& a, const Choice& b) { return a.p != b.p ? a.p > b.p : a.character < b.character; });
    return slot;
}

Slots tally(const std::vector<Aligned>& ballots, std::size_t from, std::size_t length) {
    Slots slots;
    for (std::size_t i = from; i < length; ++i) slots.push_back(tally(ballots, i));
    return slots;
}

// ---- reads with a character too many or too few

double mismatch(const BallotSlot& slot, const Slot& reference) {
    for (const Choice& c : reference.choices) {
        if (c.character == slot.choices.front().character) return 1 - c.p;
    }
    return 1;
}

/// Cheapest alignment of the ballot's characters to the reference's positions.
Aligned align(const Ballot& ballot, const Slots& reference) {
    const std::size_t rows = ballot.slots.size();
    const std::size_t columns = reference.size();
    std::vector<std::vector<double>> cost(rows + 1, std::vector<double>(columns + 1, 0));
    for (std::size_t i = 0; i <= rows; ++i) {
        for (std::size_t j = 0; j <= columns; ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = gap_cost * static_cast<double>(i + j);
                continue;
            }
            const double same = cost[i - 1][j - 1] + mismatch(ballot.slots[i - 1], reference[j - 1]);
            cost[i][j] = std::min(same, gap_cost + std::min(cost[i - 1][j], cost[i][j - 1]));
        }
    }
    Aligned out{std::vector<const BallotSlot*>(columns, nullptr), {ballot.seen, ballot.weight / 2}};
    for (std::size_t i = rows, j = columns; i > 0 && j > 0;) {
        const double same = cost[i - 1][j - 1] + mismatch(ballot.slots[i - 1], reference[j - 1]);
        if (cost[i][j] >= same) {
            out.slots[--j] = &ballot.slots[--i];
        } else if (cost[i - 1][j] < cost[i][j - 1]) {
            --i;
        } else {
            --j;
        }
    }
    return out;
}

Slots tally_of_length(const std::vector<Ballot>& ballots, std::size_t length) {
    std::vector<Aligned> aligned;
    for (const Ballot& b : ballots) {
        if (b.slots.size() != length) continue;
        Aligned same{{}, {b.seen, b.weight}};
        for (const BallotSlot& slot : b.slots) same.slots.push_back(&slot);
        aligned.push_back(std::move(same));
    }
    if (aligned.empty()) return {};
    Slots reference = tally(aligned, 0, length);
    if (aligned.size() == ballots.size()) return reference;
    for (const Ballot& b : ballots) {
        if (b.slots.size() != length) aligned.push_back(align(b, reference));
    }
    return tally(aligned, 0, length);
}

// ---- the grammar

struct Partial {
    std::string text;
    double p = 1;
    bool general = false;  // begins with a province, so may_stand() can prune it early
};

bool likelier(const Partial& a, const Partial& b) {
    return a.p != b.p ? a.p > b.p : a.text < b.text;
}

void extend(std::vector<Partial>& next, const Partial& partial, const Slot& slot, int position, int length) {
    for (const Choice& c : slot.choices) {
        if (c.p < 1e-5) break;
        const bool general = position == 0 ? may_stand(c.character, 0, length) : partial.general;
        if (general && !may_stand(c.character, position, length)) continue;
        next.push_back({partial.text + c.character, partial.p * c.p, general});
    }
}

/// Texts of one length that keep the grammar of some class.
std::vector<Candidate> plates_of(const Slots& slots) {
    std::vector<Partial> beam{Partial{}};
    double listed = 1;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        std::vector<Partial> next;
        for (const Partial& p : beam) extend(next, p, slots[i], static_cast<int>(i), static_cast<int>(slots.size()));
        const std::size_t kept = std::min(next.size(), beam_width);
        std::partial_sort(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(kept), next.end(), likelier);
        next.resize(kept);
        beam = std::move(next);
        listed *= 1 - slots[i].rest;
    }
    std::vector<Candidate> out;
    double lawful = 0;
    for (Partial& p : beam) {
        if (!Plate::parse(p.text).ok()) continue;
        lawful += p.p;
        out.push_back({std::move(p.text), p.p});
    }
    const double unlisted = 1 - listed;
    const double whole = lawful + unlisted + breaks_grammar * std::max(0.0, 1 - lawful - unlisted);
    for (Candidate& c : out) c.likelihood /= whole;
    return out;
}

/// New-energy plates are green and have 8 characters; all others that cameras meet daily have 7.
double expects(std::size_t length, PlateColour colour, double likelihood) {
    const double belief = 3 * std::clamp(likelihood, 0.0, 1.0);
    switch (colour) {
        case PlateColour::green:
        case PlateColour::yellow_green:
            return length == 8 ? belief : 0;
        case PlateColour::blue:
        case PlateColour::yellow:
        case PlateColour::black:
            return length == 7 ? belief : 0;
        default:
            return 0;
    }
}

double whole_millionths(double likelihood) {
    return std::floor(likelihood * 1e6) / 1e6;
}

}  // namespace

void Vote::add(Ballot ballot) {
    if (ballot.slots.empty()) return;
    if (ballots_.size() < max_ballots) {
        ballots_.push_back(std::move(ballot));
        return;
    }
    const auto worth = [](const Ballot& b) { return b.weight * b.confidence(); };
    const auto lightest = std::min_element(ballots_.begin(), ballots_.end(),
                                           [&](const Ballot& a, const Ballot& b) { return worth(a) < worth(b); });
    if (worth(*lightest) < worth(ballot)) *lightest = std::move(ballot);
}

std::vector<Candidate> Vote::candidates(PlateColour colour, double colour_likelihood) const {
    std::array<double, lengths.size()> belief{};
    std::vector<Witness> witnesses;
    for (const Ballot& b : ballots_) witnesses.push_back({b.seen, b.weight});
    const double share = independent_share(witnesses);
    double sum = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        double weight = 0;
        for (const Ballot& b : ballots_) weight += b.slots.size() == lengths[i] ? b.weight * b.confidence() : 0;
        if (weight == 0) continue;
        sum += belief[i] = std::exp(3 * share * weight + expects(lengths[i], colour, colour_likelihood));
    }
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        if (belief[i] / std::max(sum, 1e-9) < least_likelihood) continue;
        for (Candidate& c : plates_of(tally_of_length(ballots_, lengths[i]))) {
            c.likelihood = whole_millionths(c.likelihood * belief[i] / sum);
            if (c.likelihood >= least_likelihood) all.push_back(std::move(c));
        }
    }
    std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
        return a.likelihood != b.likelihood ? a.likelihood > b.likelihood : a.plate < b.plate;
    });
    if (all.size() > max_candidates) all.resize(max_candidates);
    return all;
}

int edit_distance(std::string_view a, std::string_view b) {
    constexpr std::size_t longest = 12;
    auto left = characters(a.substr(0, 64));
    auto right = characters(b.substr(0, 64));
    left.resize(std::min(left.size(), longest));
    right.resize(std::min(right.size(), longest));
    std::array<int, longest + 1> row{};
    for (std::size_t j = 0; j <= right.size(); ++j) row[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= left.size(); ++i) {
        int diagonal = row[0];
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const int replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[right.size()];
}

}  // namespace menshen
