// What somebody who aims the camera gets to see, and when.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "eye/reader.hpp"
#include "values/eye_message.hpp"
#include "values/time.hpp"

namespace menshen::eye {

/// Views go out while the gate asks for them and for a little longer. The lane's own looks come first (I17): what lies
/// outside of the region is only searched for while the region stands still and holds no plate, so that a car that
/// comes waits for one search at most, once in a while, and only while somebody aims. Pure: time is an argument. Not
/// thread-safe.
class Views {
  public:
    static constexpr Duration asked_for = seconds(4);     // after one byte of the gate, which sends one a second
    static constexpr Duration every = milliseconds(250);  // views
    static constexpr Duration wide_every = seconds(2);    // searches of the whole frame
    /// How long a plate stays that is not looked for again: nothing moves, or the box is slow.
    static constexpr Duration shown = seconds(3);

    /// `asked`: Sender::asked().
    void asked(std::uint64_t asked, Instant now);
    [[nodiscard]] bool wanted(Instant now) const { return until_ && now < *until_; }
    /// Whether this frame is shown; if so it counts as shown.
    [[nodiscard]] bool due(Instant now);
    /// Whether the whole frame is searched now, given that Attention wants no look at this frame.
    [[nodiscard]] bool wide_due(const Region& region, Instant now) const;

    /// What the lane's own look saw.
    void looked(const std::vector<Seen>& seen, Instant now);
    /// What a search of the whole frame saw; it replaces what was seen elsewhere.
    void looked_wide(const std::vector<Seen>& seen, Instant now);
    /// Those to be shown now, without their alternatives.
    [[nodiscard]] std::vector<Read> plates(Instant now) const;

  private:
    struct Sight {
        std::vector<Read> plates;
        std::optional<Instant> at;
    };
    std::uint64_t asked_ = 0;
    std::optional<Instant> until_, sent_, seen_;  // seen_: a plate in the region
    Sight lane_, wide_;
};

}  // namespace menshen::eye
