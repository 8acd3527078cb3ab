// One plate followed through the picture.
#pragma once

#include <optional>

#include "identify/identify.hpp"
#include "spot.hpp"
#include "vote.hpp"

namespace menshen {

/// Some corner lies at the border of the frame: the plate is probably cut.
[[nodiscard]] bool cut_by_frame(const Read& read, const IdentifyPolicy& policy);

struct Track {
    Spot spot;  // where it was last seen
    Spot first_spot;
    Point velocity{};  // pixels a second, smoothed
    Instant first_seen{}, last_seen{};
    std::uint64_t frame = 0;  // last one; a car is seen once in a frame
    Spot anchor;              // where it stands
    Instant anchor_since{};
    bool parked = false;

    Vote vote;
    int reads = 0;  // frames in all
    int whole = 0;  // of those: large enough and not cut
    std::optional<Instant> first_whole, first_usable;
    std::array<double, 7> colours{};  // weight by PlateColour
    double best_weight = -1;
    float best_width = 0;
    std::string picture;
    std::string hypothesis;  // best text so far, for following it

    bool readable = false;  // the vote has candidates
    Instant not_before{};   // no claim until then

    ArrivalId arrival = 0;  // 0: nothing claimed yet
    bool settled = false;   // sure, or parked: no more voting
    Claim told;             // what was said last
    Instant told_at{};
    int revisions = 0;

    Track(const Read& read, const Spot& at, Instant seen);
    /// How badly the read fits this track: below 1 it may be the same car, lower is better; nothing if it cannot be.
    [[nodiscard]] std::optional<double> misfit(const Read& read, const Spot& at, Instant seen) const;
    void follow(const Read& read, const Spot& at, Instant seen, const IdentifyPolicy& policy);
    [[nodiscard]] PlateColour colour() const;
    [[nodiscard]] double colour_share() const;

  private:
    void move(const Spot& at, Instant seen, const IdentifyPolicy& policy);
    void count(const Read& read, Instant seen, const IdentifyPolicy& policy);
};

}  // namespace menshen
