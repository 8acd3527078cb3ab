// Why a stream does not open: the video library only says that it does not.
#pragma once

#include "camera/address.hpp"
#include "values/time.hpp"

namespace menshen::camera {

/// Calls the camera once as a program without a password would (connect; then RTSP DESCRIBE or HTTP GET, of the
/// answer's first line only) and says what is wrong and what to do: the name is not known, nothing answers, nothing
/// listens on the port, 401, 404, an answer that is no video. Errc::denied for a refused user or password, else
/// Errc::unavailable. Blocks for at most `patience` plus the resolver's time. What the camera answers is shown as plain
/// ASCII, at most 60 characters of it.
[[nodiscard]] Error why_closed(const Address& address, milliseconds patience);

}  // namespace menshen::camera
