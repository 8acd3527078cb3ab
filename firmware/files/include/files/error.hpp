// What the system says of a file, as an Error.
#pragma once

#include <filesystem>

#include "values/result.hpp"

namespace menshen::files {

/// "PATH: what the system says" of an errno. Errc::not_found: there is no such file or folder; Errc::conflict: there is
/// one already; Errc::denied: not for this user; Errc::exhausted: disk or quota is full; else Errc::io.
[[nodiscard]] Error failure(const std::filesystem::path& path, int reason);
/// The same of the errno of now.
[[nodiscard]] Error failure(const std::filesystem::path& path);

/// The same words as Errc::io: for those whose Errc::denied, conflict, not_found or exhausted tell of somebody else (a
/// peer that is answered, another process, an exit code).
[[nodiscard]] inline Error as_io(const Error& error) {
    return {Errc::io, error.message};
}

}  // namespace menshen::files
