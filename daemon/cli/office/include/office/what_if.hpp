// What would have to differ for another verdict: a decision made again with one thing changed at a time. Pure.
#pragma once

#include <string>
#include <vector>

#include "decide/decide.hpp"

namespace menshen::office {

struct WhatIf {
    std::string key;     // stable, for programs: "block_lifted"
    std::string zh, en;  // "if 浙A12345 were not blocked"
    Decision decision;
};

/// Every single change that leads to another verdict, in the order in which a person would think of it: the list, the
/// permit, the time, the reading, the gate. At most about 1,000 decisions are made.
[[nodiscard]] std::vector<WhatIf> what_if(const DecideInput& input);

}  // namespace menshen::office
