#include <algorithm>

#include "identify/identify.hpp"
#include "memory.hpp"
#include "track.hpp"

namespace menshen {
namespace {

constexpr int max_revisions = 20;  // of one track: a flickering read must not keep the gate busy
constexpr int least_for_unreadable = 3;
constexpr double better = 0.05;
constexpr double same_box = 0.5;  // widths: two plates cannot be as close as that

/// A plate-like thing that nothing can be read from is told after this many settle times: late enough to come closer.
constexpr int unreadable_after = 3;

double best_of(const Claim& claim) {
    return claim.candidates.empty() ? 0 : claim.candidates.front().likelihood;
}
std::string plate_of(const Claim& claim) {
    return claim.candidates.empty() ? std::string() : claim.candidates.front().plate;
}

}  // namespace

struct Identifier::Impl {
    LaneId lane;
    IdentifyPolicy policy;
    ArrivalId next_arrival;
    std::vector<Track> tracks;  // at most policy.max_tracks
    Memory memory;
    Instant newest{};

    void on_read(const Read& read, Instant now, Identified& out);
    void advance(Instant now, Identified& out);
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    Track* track_for(const Read& read, const Spot& at, Instant seen);
    void open_track(const Read& read, const Spot& at, Instant seen, Identified& out);
    void close_track(std::size_t index, Identified& out);
    void consider(Track& track, Instant now, bool last_chance, Identified& out);
    void announce(Track& track, Claim claim, Instant now, Identified& out);
    void revise(Track& track, Instant now, Identified& out);
    void tell(Track& track, Known& known, Claim claim, Instant now, Identified& out);
    void keep_in_memory(const Track& track);
    [[nodiscard]] bool echoes(const Track& track) const;
    [[nodiscard]] Claim claim_of(const Track& track, std::vector<Candidate> candidates) const;
    [[nodiscard]] std::optional<Instant> due(const Track& track) const;
};

// ---- tracks

Track* Identifier::Impl::track_for(const Read& read, const Spot& at, Instant seen) {
    Track* best = nullptr;
    double least = 2;
    for (Track& track : tracks) {
        const auto misfit = track.misfit(read, at, seen);
        if (!misfit || *misfit >= least) continue;
        least = *misfit;
        best = &track;
    }
    return best;
}

void Identifier::Impl::open_track(const Read& read, const Spot& at, Instant seen, Identified& out) {
    // A detector that boxes one plate twice in a frame does not make a second car.
    for (const Track& track : tracks) {
        if (track.frame == read.frame && track.last_seen == seen && distance(track.spot, at) < same_box) return;
    }
    if (tracks.size() >= std::max<std::size_t>(policy.max_tracks, 1)) {
        const auto stalest = std::min_element(tracks.begin(), tracks.end(),
                                              [](const Track& a, const Track& b) { return a.last_seen < b.last_seen; });
        close_track(static_cast<std::size_t>(stalest - tracks.begin()), out);
    }
    tracks.emplace_back(read, at, seen);
    tracks.back().follow(read, at, seen, policy);
    consider(tracks.back(), seen, false, out);
}

void Identifier::Impl::close_track(std::size_t index, Identified& out) {
    consider(tracks[index], tracks[index].last_seen, true, out);
    const Track closed = std::move(tracks[index]);
    tracks.erase(tracks.begin() + static_cast<std::ptrdiff_t>(index));
    if (closed.arrival == 0) return;
    const bool followed =
        std::any_of(tracks.begin(), tracks.end(), [&](const Track& t) { return t.arrival == closed.arrival; });
    if (followed) return;
    if (Known* known = memory.find(closed.arrival)) known->in_view = false;
    out.gone.push_back(closed.arrival);
}

void Identifier::Impl::keep_in_memory(const Track& track) {
    Known* known = memory.find(track.arrival);
    if (known == nullptr) return;
    known->in_view = true;
    known->spot = track.spot;
    known->last_seen = track.last_seen;
    known->parked = known->parked || track.parked;
}

// ---- claims

Claim Identifier::Impl::claim_of(const Track& track, std::vector<Candidate> candidates) const {
    Claim claim;
    claim.lane = lane;
    claim.candidates = std::move(candidates);
    claim.colour = track.colour();
    claim.first_seen = track.first_seen;
    claim.last_seen = track.last_seen;
    claim.reads = track.reads;
    claim.plate_width = track.best_width;
    claim.picture = track.picture;
    return claim;
}

/// Whether the track has enough to be told, and if so, tells.
void Identifier::Impl::consider(Track& track, Instant now, bool last_chance, Identified& out) {
    if (track.arrival != 0 || track.whole == 0) return;
    const bool enough = track.vote.size() >= static_cast<std::size_t>(std::max(policy.min_reads, 1));
    auto candidates = track.vote.candidates(track.colour(), track.colour_share());
    track.readable = !candidates.empty();
    if (track.readable) track.hypothesis = candidates.front().plate;
    const bool sure = !candidates.empty() && candidates.front().likelihood >= policy.sure;
    const bool settled = enough && !candidates.empty() && now - *track.first_usable >= policy.settle;
    const bool patience_over = now - *track.first_whole >= unreadable_after * policy.settle &&
                               track.whole >= std::max(least_for_unreadable, policy.min_reads);
    const bool leaves = last_chance && enough && !candidates.empty();
    if (!sure && !settled && !patience_over && !leaves) return;
    if (echoes(track)) {
        track.not_before = now + policy.settle;
        return;
    }
    announce(track, claim_of(track, std::move(candidates)), now, out);
}

/// A few odd reads of a car that stands there and goes on being read as itself are no second car.
bool Identifier::Impl::echoes(const Track& track) const {
    return std::any_of(tracks.begin(), tracks.end(), [&](const Track& other) {
        return &other != &track && other.arrival != 0 && other.last_seen >= track.first_seen &&
               other.last_seen != track.last_seen && distance(other.spot, track.spot) <= same_box;
    });
}

void Identifier::Impl::announce(Track& track, Claim claim, Instant now, Identified& out) {
    Known* known = memory.same_car(track, plate_of(claim), best_of(claim), policy);
    if (known != nullptr) {
        track.arrival = known->arrival;
        track.told = claim_of(track, {{known->plate, known->likelihood}});
        if (known->plate.empty()) track.told.candidates.clear();
        tell(track, *known, std::move(claim), now, out);
    } else {
        track.arrival = claim.arrival = next_arrival++;
        memory.remember(
            {track.arrival, plate_of(claim), best_of(claim), false, track.parked, true, track.spot, track.last_seen});
        track.told = claim;
        track.told_at = now;
        track.settled = best_of(claim) >= policy.sure;
        out.claims.push_back(std::move(claim));
    }
    keep_in_memory(track);
}

/// Says it again only if it says more than before.
void Identifier::Impl::tell(Track& track, Known& known, Claim claim, Instant now, Identified& out) {
    track.settled = best_of(claim) >= policy.sure || track.revisions >= max_revisions;
    const bool other_plate = !claim.candidates.empty() && plate_of(claim) != plate_of(track.told);
    const bool news = other_plate || best_of(claim) >= best_of(track.told) + better ||
                      (best_of(claim) >= policy.sure && best_of(track.told) < policy.sure);
    if (!news || known.passed || known.likelihood >= policy.sure) return;
    claim.arrival = known.arrival;
    known.plate = plate_of(claim);
    known.likelihood = best_of(claim);
    track.told = claim;
    track.told_at = now;
    ++track.revisions;
    out.revisions.push_back(std::move(claim));
}

void Identifier::Impl::revise(Track& track, Instant now, Identified& out) {
    track.settled = track.settled || track.parked;
    if (track.arrival == 0 || track.settled || now - track.told_at < policy.settle) return;
    Known* known = memory.find(track.arrival);
    if (known == nullptr) return;
    auto candidates = track.vote.candidates(track.colour(), track.colour_share());
    if (candidates.empty()) return;
    track.hypothesis = candidates.front().plate;
    tell(track, *known, claim_of(track, std::move(candidates)), now, out);
}

// ---- time

void Identifier::Impl::advance(Instant now, Identified& out) {
    for (std::size_t i = tracks.size(); i-- > 0;) {
        if (now - tracks[i].last_seen > policy.lost) {
            close_track(i, out);
        } else if (const auto at = due(tracks[i]); at && *at <= now) {
            consider(tracks[i], now, false, out);
        }
    }
}

/// When waiting longer is over for a track that was not told yet; none if only a further read can change that.
std::optional<Instant> Identifier::Impl::due(const Track& track) const {
    if (track.arrival != 0 || track.whole == 0) return std::nullopt;
    std::optional<Instant> at;
    if (track.whole >= std::max(least_for_unreadable, policy.min_reads)) {
        at = *track.first_whole + unreadable_after * policy.settle;
    }
    if (track.vote.size() >= static_cast<std::size_t>(std::max(policy.min_reads, 1)) && track.readable) {
        at = at ? std::min(*at, *track.first_usable + policy.settle) : *track.first_usable + policy.settle;
    }
    return at ? std::optional(std::max(*at, track.not_before)) : at;
}

std::optional<Instant> Identifier::Impl::next_deadline() const {
    std::optional<Instant> next;
    const auto earlier = [&](Instant at) { next = next ? std::min(*next, at) : at; };
    for (const Track& track : tracks) {
        earlier(track.last_seen + policy.lost + Duration(1));
        if (const auto at = due(track)) earlier(*at);
    }
    return next;
}

void Identifier::Impl::on_read(const Read& read, Instant now, Identified& out) {
    const Instant seen = std::min(read.captured, now);  // no camera's clock runs ahead of ours
    if (seen < newest) return;
    newest = seen;
    advance(now, out);
    const Spot at = spot_of(read);
    if (!at.usable()) return;
    Track* track = track_for(read, at, seen);
    if (track == nullptr) {
        open_track(read, at, seen, out);
        return;
    }
    track->follow(read, at, seen, policy);
    if (track->arrival != 0) {
        keep_in_memory(*track);
        revise(*track, now, out);
    } else {
        consider(*track, now, false, out);
    }
}

Identifier::Identifier(LaneId lane, IdentifyPolicy policy, ArrivalId first_arrival)
    : impl_(std::make_unique<Impl>(Impl{std::move(lane), policy, std::max<ArrivalId>(first_arrival, 1), {}, {}, {}})) {}
Identifier::~Identifier() = default;
Identifier::Identifier(Identifier&&) noexcept = default;
Identifier& Identifier::operator=(Identifier&&) noexcept = default;

Identified Identifier::on_read(const Read& read, Instant now) {
    Identified out;
    impl_->on_read(read, now, out);
    return out;
}

Identified Identifier::tick(Instant now) {
    Identified out;
    impl_->advance(now, out);
    return out;
}

std::optional<Instant> Identifier::next_deadline() const {
    return impl_->next_deadline();
}

void Identifier::passed(ArrivalId arrival, Instant now) {
    (void)now;
    if (Known* known = impl_->memory.find(arrival)) known->passed = true;
}

}  // namespace menshen
