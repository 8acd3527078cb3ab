// The clock that the age of what is kept is counted by. The wall clock may be years behind (a dead battery) and be set
// right later, or be ahead for a while: what is merely a step of its hands makes nothing older, and nothing younger.
//   While the registry runs, the monotonic clock counts.
//   Over the time that it was off, what the wall clock says has passed since it was last seen counts, a day at most.
// So nothing is given up early, but for that one day where the wall clock comes up ahead. After a longer time off
// things are kept longer by it; never for ever, since the count goes on while the registry runs.
// It begins where the newest event was received, without events with the wall clock, and agrees with it ever after on a
// machine whose clock is right and that is never off for more than a day.
#pragma once

#include <optional>

#include "sql.hpp"

namespace menshen::registry {

/// On the writing connection's thread.
class AgeClock {
  public:
    explicit AgeClock(Sql& sql) : sql_(sql) {}
    /// What it says now. Written down every minute, in the transaction that is under way, if one is.
    [[nodiscard]] Result<UtcTime> at(const Now& now);

  private:
    [[nodiscard]] Status load(const Now& now);
    [[nodiscard]] Status keep();
    Sql& sql_;
    std::optional<Instant> looked_;  // none: not since the start
    UtcTime counted_{};
    UtcTime wall_{};  // the latest that the wall clock has shown; where it went back, what has passed since is added
    std::optional<UtcTime> written_;  // counted_ as it is in the database
};

}  // namespace menshen::registry
