// Small files that a power cut leaves whole: the old one or the new one, never a part.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::sync {

/// Whose a file shall be; nothing: the caller's own.
struct Owner {
    uid_t user = 0;
    gid_t group = 0;
};

/// In place of what is there, on the disk when this returns. Errc::io, Errc::denied.
[[nodiscard]] Status replace_file(const std::filesystem::path& file, std::string_view text, mode_t mode,
                                  std::optional<Owner> owner = {});
/// At most 1 MiB. Errc::not_found, Errc::denied, Errc::io.
[[nodiscard]] Result<std::string> read_text(const std::filesystem::path& file);
/// Errc::io. No such file is good, too.
[[nodiscard]] Status remove_file(const std::filesystem::path& file);

}  // namespace menshen::sync
