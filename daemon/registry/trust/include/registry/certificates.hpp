// X.509 as the registry needs it: its own authority for gates, its server's certificate, and gates' requests signed.
// Keys are P-256. What counts of a gate's certificate is its public key: the store knows which gate has it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/digest.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::registry {

/// PEM texts.
struct Identity {
    std::string certificate;
    std::string key;
};

/// An authority that may sign gates and servers, nothing else below it.
[[nodiscard]] Result<Identity> make_authority(std::string_view name, UtcTime now, std::chrono::days valid);
/// `names`: host names and IP addresses that clients write.
[[nodiscard]] Result<Identity> make_server(const Identity& authority, const std::vector<std::string>& names,
                                           UtcTime now, std::chrono::days valid);

struct GateCertificate {
    std::string pem;
    Digest key{};  // SHA-256 of the public key (SubjectPublicKeyInfo)
    UtcTime until{};
};
/// Of a request (PEM, PKCS #10) only the public key is taken; its signature proves that the asker has the secret half.
/// Errc::invalid: no such request, another signature, a key that is too weak.
[[nodiscard]] Result<GateCertificate> sign_gate(const Identity& authority, std::string_view request,
                                                std::string_view name, UtcTime now, std::chrono::days valid);

/// SHA-256 of the whole certificate: what people compare. Errc::invalid: not PEM.
[[nodiscard]] Result<Digest> fingerprint_of(std::string_view certificate);

}  // namespace menshen::registry
