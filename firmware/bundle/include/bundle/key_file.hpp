// Keys in files: one line of text.
//   menshen-ed25519-secret KID BASE64      the seed; mode 0600 or 0400, anything else is refused
//   menshen-ed25519-public KID BASE64
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "bundle/keys.hpp"

namespace menshen::bundle {

/// Errc::io: not there, not readable. Errc::denied: no regular file, or others than its owner may touch it; the message
/// says what to write. Errc::invalid: not the format. The text is read into guarded memory only.
[[nodiscard]] Result<NamedSecret> read_secret_file(const std::filesystem::path& file);

/// Writes a new file with mode 0600; it appears whole or not at all, and is on the disk when this returns: the public
/// half may be given out then. Errc::conflict: there is one already, which stays. Errc::io.
[[nodiscard]] Status write_secret_file(const std::filesystem::path& file, const NamedSecret& secret);

[[nodiscard]] std::string public_key_text(const NamedKey& key);
/// Errc::invalid: not the format.
[[nodiscard]] Result<NamedKey> parse_public_key(std::string_view text);
[[nodiscard]] Result<NamedKey> read_public_file(const std::filesystem::path& file);

/// The text of a secret file. The copy that the caller holds is the caller's to wipe.
[[nodiscard]] Result<NamedSecret> parse_secret_key(std::string_view text);

}  // namespace menshen::bundle
