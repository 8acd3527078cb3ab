// What the gate makes of what the eye tells of one clip: its identifier, in the clip's own time. No network, no
// picture.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrivals_tally.hpp"
#include "identify/identify.hpp"

namespace menshen::eval {

/// One look of the eye. `reads`: what it told of it, the most certain first.
struct Look {
    std::uint64_t frame = 0;
    Instant captured{}, told{};
    std::vector<Read> reads;
};

class Hearing {
  public:
    Hearing(const Labelled& clip, double grant) : clip_(clip), grant_(grant), identifier_("eval", {}, 1) {}

    /// In the order of the clip.
    void hear(const Look& look);
    /// Lets the time after the clip pass.
    [[nodiscard]] Clip finish();

  private:
    /// What the gate knows of one arrival: it goes by the first statement that is sure enough, else by the last.
    struct Standing {
        std::string plate;
        double likelihood = 0;
        Instant at{};
        int reads = 0;
        bool granted = false;
    };

    void judge(const Look& look);
    void settle(Instant now);
    void take(const Identified& news, Instant now);

    const Labelled& clip_;
    double grant_;
    Identifier identifier_;
    std::map<ArrivalId, Standing> standings_;  // the first that came is the first in it
    std::optional<Instant> first_told_;
    std::optional<bool> hasty_, hasty_at_grant_;  // whether the first such frame was right
    Clip out_;
};

/// Looks as a file of JSON lines, {"clip": …, "looks": […]} each: what is slow to see can be voted on again and again.
[[nodiscard]] std::string to_line(const std::string& clip, const std::vector<Look>& looks);
/// By the name of the clip. io, invalid: with the line.
[[nodiscard]] Result<std::map<std::string, std::vector<Look>>> load_looks(const std::string& path);

}  // namespace menshen::eval
