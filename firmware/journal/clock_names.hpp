#pragma once

#include <string_view>

#include "values/time.hpp"

namespace menshen::journal {

/// As stored and hashed: never changed.
constexpr std::string_view name_of(ClockState clock) {
    switch (clock) {
        case ClockState::trusted:
            return "trusted";
        case ClockState::drifting:
            return "drifting";
        case ClockState::unset:
            break;
    }
    return "unset";
}

constexpr ClockState clock_from(std::string_view name) {
    if (name == "trusted") return ClockState::trusted;
    return name == "drifting" ? ClockState::drifting : ClockState::unset;
}

}  // namespace menshen::journal
