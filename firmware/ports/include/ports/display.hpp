// LED and voice board of a lane. Drivers see no more than this (privacy: no name, no unit).
#pragma once

#include <optional>
#include <string>

#include "values/decision.hpp"

namespace menshen {

struct DisplayMessage {
    std::string plate;     // empty: none was read
    std::string greeting;  // "欢迎光临", "一路平安", or empty
    std::optional<int> days_left;
    Verdict verdict = Verdict::deny;
    Reason reason = Reason::default_denied;
};

class Display {
  public:
    virtual ~Display() = default;
    /// Shows the message and speaks it outside mute hours. Never blocks; the newest message wins.
    virtual void show(const DisplayMessage& message) = 0;
};

}  // namespace menshen
