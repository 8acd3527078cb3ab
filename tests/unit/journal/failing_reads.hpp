// A disk that fails to read: read(2) of this process, in the hand of a test.
#pragma once

#include <filesystem>

namespace menshen::journal {

/// From now on the content of that file cannot be read (EIO), though it is there and opens; an empty path: every file's
/// can.
void fail_reads_of(const std::filesystem::path& file);

}  // namespace menshen::journal
