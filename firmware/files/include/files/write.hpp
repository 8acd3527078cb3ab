// Files kept over a power cut: when a function here returns without an error, what it did is on the disk. When it
// returns one, the old content is still there whole and nothing is left lying about; but where only the sync of the
// folder failed, the new one may be seen already. Blocks for as long as the disk takes; any thread. Errors: see
// files/error.hpp.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "files/unfinished.hpp"

namespace menshen::files {

struct Options {
    mode_t mode = 0600;                  // exactly, whatever the umask
    std::optional<Owner> owner{};        // nothing: whoever writes it
    std::filesystem::path unfinished{};  // its name until it is whole; empty: "FILE.coming". See Unfinished::create
};

/// In the place of what is there, whole at every instant. Where the file is a link, the link is replaced.
[[nodiscard]] Status replace(const std::filesystem::path& file, std::string_view bytes, const Options& options = {});
/// A new file; it appears whole or not at all. Errc::conflict: something is there (a link, too), and stays.
[[nodiscard]] Status write_new(const std::filesystem::path& file, std::string_view bytes, mode_t mode = 0600);
/// For what is whole already, in the place of what is there. Both on one file system.
[[nodiscard]] Status rename(const std::filesystem::path& from, const std::filesystem::path& to);
/// Gone for good. No such file is good, too.
[[nodiscard]] Status remove(const std::filesystem::path& file);

/// What was made, renamed or removed in that folder stays so. Empty: the working folder, as the parent of a bare name.
[[nodiscard]] Status sync_folder(const std::filesystem::path& folder);
/// What somebody else has written into it.
[[nodiscard]] Status sync_file(const std::filesystem::path& file);

}  // namespace menshen::files
