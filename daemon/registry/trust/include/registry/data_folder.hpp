// Where a registry keeps what. Secret files have mode 0600, the folder 0700.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "registry/certificates.hpp"
#include "registry/signer.hpp"

namespace menshen::registry {

struct DataFolder {
    std::filesystem::path path;

    [[nodiscard]] std::filesystem::path database() const { return path / "registry.db"; }
    [[nodiscard]] std::filesystem::path root_key() const { return path / "root.public"; }
    [[nodiscard]] std::filesystem::path key_set() const { return path / "keys.signed"; }
    [[nodiscard]] std::filesystem::path signing_keys() const { return path / "signing"; }  // one secret file a key
    [[nodiscard]] std::filesystem::path authority() const { return path / "authority"; }   // + .pem, .key
    [[nodiscard]] std::filesystem::path server() const { return path / "server"; }         // + .pem, .key
    [[nodiscard]] std::filesystem::path snapshots() const { return path / "snapshots"; }
    [[nodiscard]] std::filesystem::path evidence() const { return path / "evidence"; }
    [[nodiscard]] std::filesystem::path control() const {
        return path / "control.sock";
    }  // of the server, while it runs
};

/// A new file, on the disk when this returns. Errc::conflict: there is one already. `secret`: mode 0600.
[[nodiscard]] Status write_new_file(const std::filesystem::path& file, std::string_view text, bool secret);
/// What was made, renamed or removed in that folder stays so over a power cut.
[[nodiscard]] Status sync_folder(const std::filesystem::path& folder);
/// At most `most` bytes. Errc::not_found, Errc::io.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file, std::size_t most = 1 << 20);

[[nodiscard]] Result<Signer> load_signer(const DataFolder& folder);
/// `stem` + .pem and .key.
[[nodiscard]] Result<Identity> load_identity(const std::filesystem::path& stem);

}  // namespace menshen::registry
