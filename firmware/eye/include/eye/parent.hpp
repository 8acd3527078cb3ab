// Keeps one child a camera alive.
#pragma once

#include <vector>

#include "eye/options.hpp"
#include "eye/watch.hpp"

namespace menshen::eye {

/// Starts `program --child` for each camera, hears its heartbeats, kills it when it falls silent, starts it again, and
/// tells the gate of every failure. Opens no camera and decodes nothing itself. Returns after SIGTERM or SIGINT
/// (blocked and read here), with every child gone. Prints {"child":"camera id","pid":n} on stdout at every start, for
/// tests and for people.
int run_parent(const std::vector<CameraOptions>& cameras, const std::string& program, WatchPolicy policy = {});

}  // namespace menshen::eye
