// Where the frames of a camera come from, as an installer writes it.
#pragma once

#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::camera {

enum class Kind {
    stream,  // rtsp://, rtsps://, http://, https:// (MJPEG or a container)
    clip,    // a video file, played at its own rate
    folder,  // a folder of pictures, in the order of their names
    device,  // V4L2: "v4l2:0", "0" or "/dev/video0"
};

struct Address {
    Kind kind = Kind::stream;
    std::string target;  // with credentials, for the video library; never shown
    std::string shown;   // without, for logs and pages
    int device = -1;
};

/// Judges an address without opening it. `credentials` is the content of the camera's credentials file, one line
/// "user:password" (percent-encoding is done here), or empty. Errc::invalid says what to write instead, Errc::not_found
/// that the file or folder is not there.
[[nodiscard]] Result<Address> parse_address(std::string_view url, std::string_view credentials = {});

/// Any text with "user:password@" behind a "://" blotted out, and the values of parameters that are named like one
/// ("?user=…&pwd=…").
[[nodiscard]] std::string without_credentials(std::string_view text);

}  // namespace menshen::camera
