// Keys, certificates and requests of OpenSSL, owned; PEM in and out; what is compared of them. Nothing here opens a
// file or reads a clock. Any thread; OpenSSL's queue of errors is left empty. A null pointer is a defect of the caller.
#pragma once

#include <openssl/x509.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::x509 {

struct Free {
    void operator()(EVP_PKEY* key) const;
    void operator()(X509* certificate) const;
    void operator()(X509_REQ* request) const;
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using Request = std::unique_ptr<X509_REQ, Free>;

using Digest = std::array<std::uint8_t, 32>;  // SHA-256

/// "OpenSSL cannot WHAT: its reason". Errc::internal.
[[nodiscard]] Error failure(std::string_view what);

/// A new one on P-256.
[[nodiscard]] Result<Key> make_key();
/// PKCS #10 without a name: proves that the asker holds the key.
[[nodiscard]] Result<Request> make_request(EVP_PKEY* key);

/// PEM; what else is in the text does not matter. Errc::invalid: none is in there. A key with a passphrase is none.
[[nodiscard]] Result<Key> key_in(std::string_view pem);
[[nodiscard]] Result<Certificate> certificate_in(std::string_view pem);
[[nodiscard]] Result<Request> request_in(std::string_view pem);

/// A key's is PKCS #8, and not encrypted.
[[nodiscard]] Result<std::string> pem_of(EVP_PKEY* key);
[[nodiscard]] Result<std::string> pem_of(X509* certificate);
[[nodiscard]] Result<std::string> pem_of(X509_REQ* request);

/// Of the whole certificate: what people compare.
[[nodiscard]] Result<Digest> fingerprint_of(const X509* certificate);
/// Of the public key (SubjectPublicKeyInfo): stays the same when a certificate is renewed with it.
[[nodiscard]] Result<Digest> key_digest(const EVP_PKEY* key);
[[nodiscard]] Result<Digest> key_digest(const X509* certificate);
[[nodiscard]] bool is_pair(const X509* certificate, const EVP_PKEY* key);

struct Validity {
    UtcTime from{};
    UtcTime until{};
};
/// Errc::invalid: its times are none.
[[nodiscard]] Result<Validity> validity_of(const X509* certificate);

}  // namespace menshen::x509
