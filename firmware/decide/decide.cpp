#include "decide/decide.hpp"

#include <algorithm>

#include "permit_rules.hpp"

namespace menshen {
namespace {

constexpr std::size_t max_candidates = 8;
/// A candidate this likely may well be the car; a block on it denies, a hold keeps it.
constexpr double plausible = 0.10;
/// Between two listed plates that may be meant: a wrong one would open for somebody else's permit.
constexpr double listed_margin = 0.95;

/// Everything the rules below share: the input, and the candidates that are looked at.
struct Case {
    const DecideInput& input;
    std::span<const Candidate> candidates;

    [[nodiscard]] const Candidate& best() const { return candidates.front(); }
    [[nodiscard]] double likelihood_of(std::string_view plate) const {
        for (const Candidate& c : candidates) {
            if (c.plate == plate) return c.likelihood;
        }
        return 0;
    }
    [[nodiscard]] bool listed(std::string_view plate) const {
        return std::any_of(input.listings.begin(), input.listings.end(),
                           [&](const Listing& l) { return l.plate == plate && !l.permits.empty(); });
    }
    [[nodiscard]] bool barred(std::string_view plate, BlockKind kind) const {
        for (const Listing& listing : input.listings) {
            if (listing.plate != plate) continue;
            for (const Block& block : listing.blocks) {
                const bool ended = block.until && input.clock != ClockState::unset && input.local >= *block.until;
                if (block.kind == kind && !ended) return true;
            }
        }
        return false;
    }
    /// The first candidate with such a bar: one that may well be the car, or (doubtful) any.
    [[nodiscard]] const Candidate* barred_candidate(BlockKind kind, bool doubtful) const {
        for (const Candidate& c : candidates) {
            if ((doubtful || &c == &candidates.front() || c.likelihood >= plausible) && barred(c.plate, kind))
                return &c;
        }
        return nullptr;
    }
};

Decision decided(Reason reason) {
    Decision d;
    d.verdict = verdict_of(reason);
    d.reason = reason;
    return d;
}

Decision decided(Reason reason, const Case& about, const Candidate& on) {
    Decision d = decided(reason);
    d.plate = on.plate;
    d.likelihood = on.likelihood;
    double next = 0;
    for (const Candidate& c : about.candidates) {
        if (&c != &on) next = std::max(next, c.likelihood);
    }
    d.margin = on.likelihood - next;
    return d;
}

/// On the best candidate, or on none where nothing was read.
Decision decided_on_best(Reason reason, const Case& about) {
    return about.candidates.empty() ? decided(reason) : decided(reason, about, about.best());
}

Decision with_permit(Decision d, const DecideInput& input, const PermitOutcome& outcome) {
    d.permit_id = outcome.permit->id;
    d.credential_id = outcome.credential->id;
    d.days_left = days_left(input, *outcome.permit);
    return d;
}

/// Another listed plate that this car may just as well be: a further candidate, or a listed look-alike of the best.
bool has_listed_rival(const Case& about, const Plate& best) {
    for (const Listing& listing : about.input.listings) {
        if (listing.permits.empty() || listing.plate == best.text()) continue;
        const double rival = about.likelihood_of(listing.plate);
        if (about.best().likelihood - rival >= listed_margin) continue;
        if (rival > 0) return true;
        const auto plate = Plate::parse(listing.plate);
        if (plate && are_look_alikes(*plate, best)) return true;
    }
    return false;
}

/// G3: the one listed plate that differs from what was read in one confusable character, if it is alone.
const Listing* only_listed_look_alike(const Case& about, const Plate& best) {
    const Listing* found = nullptr;
    for (const Listing& listing : about.input.listings) {
        const auto plate = Plate::parse(listing.plate);
        if (listing.permits.empty() || !plate || !are_look_alikes(*plate, best)) continue;
        if (found != nullptr && found->plate != listing.plate) return nullptr;
        found = &listing;
    }
    return found;
}

Decision decide_unlisted(const Case& about, const Plate& best) {
    const Policy& policy = about.input.policy;
    Decision unknown = decided(Reason::unknown_plate, about, about.best());
    if (!policy.look_alike_grant || !(about.best().likelihood >= policy.look_alike_likelihood)) return unknown;
    const Listing* listing = only_listed_look_alike(about, best);
    if (listing == nullptr || about.barred(listing->plate, BlockKind::block)) return unknown;
    const auto outcome = best_permit(about.input, listing->plate);
    if (!outcome || verdict_of(outcome->reason) != Verdict::grant) return unknown;
    Decision d = with_permit(decided(Reason::look_alike, about, about.best()), about.input, *outcome);
    d.plate = listing->plate;
    return d;
}

Decision decide_by_list(const Case& about) {
    if (!about.input.policy.list_usable) return decided_on_best(Reason::list_unavailable, about);
    if (about.candidates.empty()) return decided(Reason::unreadable);
    const Candidate& best = about.best();
    const auto plate = Plate::parse(best.plate);
    if (!plate || plate->text() != best.plate) return decided(Reason::unreadable, about, best);
    const bool listed = about.listed(best.plate);
    if (listed && has_listed_rival(about, *plate)) return decided(Reason::ambiguous, about, best);
    if (!(best.likelihood >= about.input.policy.grant_likelihood)) return decided(Reason::uncertain, about, best);
    if (!listed) return decide_unlisted(about, *plate);
    const auto outcome = best_permit(about.input, best.plate);
    if (!outcome) return decided(Reason::default_denied, about, best);
    Decision d = with_permit(decided(outcome->reason, about, best), about.input, *outcome);
    if (d.reason == Reason::already_inside) d.notices.push_back(Notice::maybe_cloned);
    return d;
}

Decision decide_lockdown(const Case& about) {
    const Decision otherwise = decide_by_list(about);
    if (otherwise.reason != Reason::emergency_vehicle) return decided_on_best(Reason::lockdown, about);
    Decision d = otherwise;  // its permit stays named: the guard decides
    d.reason = Reason::lockdown;
    d.verdict = Verdict::refer;
    return d;
}

Decision decide_in(const Case& about) {
    if (const auto* blocked = about.barred_candidate(BlockKind::block, false)) {
        return decided(Reason::blocked, about, *blocked);
    }
    switch (about.input.mode) {
        case Mode::fire:
            return decided_on_best(Reason::fire_mode, about);
        case Mode::lockdown:
            return decide_lockdown(about);
        case Mode::fleet:
        case Mode::normal:
            break;
    }
    Decision d = about.input.mode == Mode::fleet ? decided_on_best(Reason::fleet_mode, about) : decide_by_list(about);
    if (d.verdict == Verdict::grant && about.barred_candidate(BlockKind::block, true) != nullptr) {
        return decided(Reason::ambiguous, about, about.best());
    }
    return d;
}

Decision decide_exit(const Case& about) {
    if (!about.input.policy.exit_open) return decide_by_list(about);
    if (about.candidates.empty()) return decided(Reason::exit_open);
    const auto outcome = best_permit(about.input, about.best().plate);
    if (!outcome) return decided(Reason::exit_open, about, about.best());
    const bool held_back = outcome->reason == Reason::order_missing && about.best().likelihood >= plausible;
    return with_permit(decided(held_back ? Reason::order_missing : Reason::exit_open, about, about.best()), about.input,
                       *outcome);
}

Decision decide_out(const Case& about) {
    if (const auto* held = about.barred_candidate(BlockKind::hold, false)) return decided(Reason::held, about, *held);
    Decision d = about.input.mode == Mode::fire    ? decided_on_best(Reason::fire_mode, about)
                 : about.input.mode == Mode::fleet ? decided_on_best(Reason::fleet_mode, about)
                                                   : decide_exit(about);
    const Presence* presence = presence_of(about.input, d.plate);
    const bool counted = !d.plate.empty() && presence != nullptr && presence->inside;
    if (d.verdict == Verdict::grant && !counted) d.notices.push_back(Notice::leaves_uncounted);
    return d;
}

void add_notices(const Case& about, Decision& d) {
    const bool watched = about.barred_candidate(BlockKind::watch, true) != nullptr ||
                         about.barred_candidate(BlockKind::block, true) != nullptr ||
                         about.barred_candidate(BlockKind::hold, true) != nullptr;
    if (watched) d.notices.push_back(Notice::watchlist);
    if (!about.input.policy.list_usable) d.notices.push_back(Notice::stale_list);
}

}  // namespace

Decision decide(const DecideInput& input) noexcept {
    try {
        const auto& all = input.claim.candidates;
        const Case about{input, std::span(all).first(std::min(all.size(), max_candidates))};
        Decision d = input.direction == Direction::in ? decide_in(about) : decide_out(about);
        add_notices(about, d);
        return d;
    } catch (...) {
        return {};  // rule 1: denied until proved, whatever failed
    }
}

}  // namespace menshen
