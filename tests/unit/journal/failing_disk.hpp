// A disk for SQLite that can be full: a VFS that passes everything to the usual one but refuses to let a file grow.
#pragma once

#include <functional>

namespace menshen::journal {

inline constexpr const char* failing_disk = "failing-disk";

/// Registers the VFS once; `full` is asked at every write that would make a file larger.
void use_failing_disk(std::function<bool()> full);

}  // namespace menshen::journal
