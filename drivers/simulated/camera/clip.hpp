// One arrival as a file: approach, two seconds of waiting, driving through.
#pragma once

#include <optional>
#include <string>

#include "twin-scene/scene.hpp"

namespace menshen::twin {

struct ClipOptions {
    std::string file;  // .mp4 (H.264 where OpenCV's ffmpeg has it, else MPEG-4); .png or .jpg: the waiting car
    Arrival arrival;   // its id is set by write_clip
    SceneOptions scene;
    std::string font;
};

/// Returns where the plate is in a picture: pixels; nothing of a video.
[[nodiscard]] Result<std::optional<Quad>> write_clip(const ClipOptions& options);

}  // namespace menshen::twin
