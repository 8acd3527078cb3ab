// Where a registry keeps what. Secret files have mode 0600, others public_mode, the folder 0700.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "registry/certificates.hpp"
#include "registry/signer.hpp"

namespace menshen::registry {

/// Of a file without a secret: for the registry's group.
inline constexpr mode_t public_mode = 0640;

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

[[nodiscard]] Result<Signer> load_signer(const DataFolder& folder);
/// `stem` + .pem and .key.
[[nodiscard]] Result<Identity> load_identity(const std::filesystem::path& stem);

}  // namespace menshen::registry
