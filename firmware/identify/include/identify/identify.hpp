// Many reads of one arrival → one claim. Pure: the caller owns time and calls tick() when next_deadline() has passed.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "values/claim.hpp"

namespace menshen {

struct IdentifyPolicy {
    int frame_width = 1920, frame_height = 1080;  // until a read says otherwise
    int min_reads = 2;                            // a claim needs this many, unless one is above `sure` by itself
    double sure = 0.98;                           // posterior at which voting stops early
    Duration settle = milliseconds(700);          // without `sure`, claim this long after the first usable read
    Duration lost = milliseconds(1500);           // a track not seen for this long has left the view
    Duration same_car = seconds(60);  // a plate (or a look-alike of it) claimed again within this is the same car
    Duration parked = seconds(20);    // a track that does not move this long is parked; it never claims again
    int min_plate_width = 40;         // pixels; smaller plates are tracked but not voted on
    std::size_t max_tracks = 16;
};

/// What one call produced.
struct Identified {
    /// A new arrival's claim: exactly one per arrival and lane.
    std::vector<Claim> claims;
    /// Better knowledge of an arrival that was claimed as uncertain or unreadable (same arrival id): the gate may
    /// decide again as long as nothing was granted.
    std::vector<Claim> revisions;
    /// Arrivals whose track left the view.
    std::vector<ArrivalId> gone;
};

/// Tracks by position, votes per character weighted by size and sharpness, joins what is the same car.
class Identifier {
  public:
    /// `first_arrival`: ids count up from here; the gate hands out ranges so that they stay unique after a restart.
    Identifier(LaneId lane, IdentifyPolicy policy, ArrivalId first_arrival);
    ~Identifier();
    Identifier(Identifier&&) noexcept;
    Identifier& operator=(Identifier&&) noexcept;

    /// A read of this lane, in order of capture. Reads older than the newest are ignored. Cost O(tracks).
    [[nodiscard]] Identified on_read(const Read& read, Instant now);
    [[nodiscard]] Identified tick(Instant now);
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// The lane saw this arrival drive through: its car may come again at once as a new arrival (e.g. in, out, in).
    void passed(ArrivalId arrival, Instant now);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen
