// What one camera's child is told.
#pragma once

#include <string>
#include <string_view>

#include "eye/region.hpp"
#include "values/claim.hpp"
#include "values/result.hpp"

namespace menshen::eye {

struct CameraOptions {
    std::string id;  // as the site file names it
    LaneId lane;
    std::string url;          // see camera::Address
    std::string credentials;  // path of a file that holds user:password, or empty
    Region region;
    bool loop = false;
    double max_fps = 12;   // frames looked at per second at most
    std::string socket;    // of the gate
    std::string models;    // see find_models
    int memory_mb = 1536;  // address space of the child; 0 = no limit
};

/// The way from the parent to its child: one JSON object. It goes through a pipe, so that no password shows in a
/// process list.
[[nodiscard]] std::string to_text(const CameraOptions& options);
[[nodiscard]] Result<CameraOptions> camera_options_from(std::string_view text);

}  // namespace menshen::eye
