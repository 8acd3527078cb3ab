// A gate's TLS key and certificate: made here, kept in one file each, renewed in time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "files/write.hpp"
#include "sync/http_client.hpp"

namespace menshen::sync {

/// What the folder of a courier holds, readable by its user alone:
///   authority.pem   whose certificate the registry must bear
///   gate.pem        our certificate and its key: one file, so that a power cut never parts them
///   next.key        a key whose certificate has been asked for; asked for again it stays the same
///   spool/          a snapshot on its way
struct CourierFolder {
    std::filesystem::path path;
    [[nodiscard]] std::filesystem::path authority() const { return path / "authority.pem"; }
    [[nodiscard]] std::filesystem::path identity() const { return path / "gate.pem"; }
    [[nodiscard]] std::filesystem::path next_key() const { return path / "next.key"; }
    [[nodiscard]] std::filesystem::path spool() const { return path / "spool"; }
};

/// A new P-256 key, PEM.
[[nodiscard]] Result<std::string> make_tls_key();
/// PKCS #10, PEM: proves that the asker holds the key. Errc::invalid: not a key.
[[nodiscard]] Result<std::string> certificate_request(const std::string& key);
/// Errc::invalid: no certificate, or another key's.
[[nodiscard]] Status check_pair(const Identity& identity);

struct Validity {
    UtcTime from{};
    UtcTime until{};
    /// A third of its life has passed: time to renew it.
    [[nodiscard]] bool is_due(UtcTime now) const { return now >= from + (until - from) / 3; }
    [[nodiscard]] bool has_ended(UtcTime now) const { return now >= until; }
};
/// Errc::invalid: not a certificate.
[[nodiscard]] Result<Validity> validity_of(const std::string& certificate);
/// SHA-256 of the whole certificate, hex. Errc::invalid: not a certificate.
[[nodiscard]] Result<std::string> fingerprint_of(const std::string& certificate);

/// Errc::not_found: not enrolled; Errc::invalid: damaged. The message says what to do.
[[nodiscard]] Result<Identity> read_identity(const std::filesystem::path& file);
[[nodiscard]] Status write_identity(const std::filesystem::path& file, const Identity& identity,
                                    std::optional<files::Owner> owner = {});

}  // namespace menshen::sync
