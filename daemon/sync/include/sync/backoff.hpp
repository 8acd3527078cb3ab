// How long to wait before the next try. Pure: chance and time are arguments.
#pragma once

#include <optional>
#include <string_view>

#include "values/time.hpp"

namespace menshen::sync {

/// Doubles from `first` to `most`. Each wait is drawn from its upper half, so that thousands of couriers which lost the
/// same registry do not come back at the same moment.
class Backoff {
  public:
    explicit Backoff(milliseconds first = milliseconds(500), milliseconds most = seconds(30))
        : first_(first), most_(most) {}

    /// `chance` in [0, 1). Not below `asked`, the peer's Retry-After, which is spread upwards by a fifth. `most`: this
    /// time in place of the usual longest wait.
    [[nodiscard]] milliseconds next(double chance, std::optional<seconds> asked = {},
                                    std::optional<milliseconds> most = {});
    void good() { failures_ = 0; }
    [[nodiscard]] int failures() const { return failures_; }

  private:
    milliseconds first_, most_;
    int failures_ = 0;
};

/// The field's value: seconds, or a date (RFC 9110). Nothing: it is neither. At most an hour: nobody may silence a gate
/// for longer.
[[nodiscard]] std::optional<seconds> retry_after(std::string_view field, UtcTime now);

}  // namespace menshen::sync
