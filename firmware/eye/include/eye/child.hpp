// One camera's process: capture → detect → read → send.
#pragma once

#include "eye/options.hpp"

namespace menshen::eye {

/// Runs until it is killed. Writes a byte to `heartbeat` five times a second as long as its threads are within their
/// time (see Vitals); a child that hangs falls silent and the parent ends it. The first byte comes when the networks
/// are loaded. Returns an exit status if it cannot start.
int run_child(const CameraOptions& options, int heartbeat);

}  // namespace menshen::eye
