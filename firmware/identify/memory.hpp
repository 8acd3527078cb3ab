// The cars that were claimed lately: is the track in front of us one of them?
#pragma once

#include <vector>

#include "track.hpp"

namespace menshen {

struct Known {
    ArrivalId arrival = 0;
    std::string plate;  // as claimed, empty = unreadable
    double likelihood = 0;
    bool passed = false;  // the lane saw it drive through
    bool parked = false;
    bool in_view = false;
    Spot spot;  // where it was last seen
    Instant last_seen{};
};

class Memory {
  public:
    void remember(Known known);
    [[nodiscard]] Known* find(ArrivalId arrival);
    /// The arrival that `track`, about to be claimed as `plate`, belongs to; null for a new one.
    [[nodiscard]] Known* same_car(const Track& track, const std::string& plate, double likelihood,
                                  const IdentifyPolicy& policy);

  private:
    std::vector<Known> known_;  // oldest first, bounded
};

}  // namespace menshen
