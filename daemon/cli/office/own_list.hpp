// What a gate that stands alone has listed by itself.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "values/permit.hpp"
#include "values/result.hpp"

namespace menshen::office {

struct OwnList {
    std::vector<std::pair<Permit, std::vector<Credential>>> permits;
    std::vector<Block> blocks;
    std::vector<Schedule> schedules;  // asked for only where a permit names one
};

/// From its admin socket, page by page. Errc::unavailable, Errc::timeout: no gate, or it went away; Errc::conflict: its
/// answer is no list; Errc::denied: in its own words why not.
[[nodiscard]] Result<OwnList> read_own_list(const std::string& socket);

}  // namespace menshen::office
