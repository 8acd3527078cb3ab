// Width and height of a picture file from its first bytes, so that a bomb is refused before it is decoded.
#pragma once

#include <string_view>

#include "values/result.hpp"

namespace menshen::camera {

struct PictureSize {
    int width = 0;
    int height = 0;
};

/// JPEG, PNG and BMP. `bytes` is the beginning of the file; 256 KiB are enough for pictures with large metadata.
/// Errc::invalid if it is none of these or ends too early.
[[nodiscard]] Result<PictureSize> picture_size(std::string_view bytes);

}  // namespace menshen::camera
