// One camera's process: capture → detect → read → send.
#pragma once

#include "eye/options.hpp"

namespace menshen::eye {

/// Runs until it is killed. Writes a byte to `heartbeat` at least every half second while it works; a child that hangs
/// falls silent and the parent ends it. Returns an exit status if it cannot start or sees that the camera's library
/// hangs.
int run_child(const CameraOptions& options, int heartbeat);

}  // namespace menshen::eye
