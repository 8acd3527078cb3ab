#include "registry/certificates.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>

#include "x509/x509.hpp"

namespace menshen::registry {

namespace {

constexpr auto clocks_differ_by = std::chrono::hours(1);
constexpr std::size_t most_pem = 16 * 1024;

bool extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    if (extension == nullptr) return false;
    const bool added = X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

bool set_serial(X509* certificate) {
    std::array<unsigned char, 16> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return false;
    random[0] &= 0x7F;  // positive
    auto* number = BN_bin2bn(random.data(), static_cast<int>(random.size()), nullptr);
    const bool done = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
    BN_free(number);
    return done;
}

std::time_t seconds_of(UtcTime time) {
    return std::chrono::duration_cast<seconds>(time.time_since_epoch()).count();
}

struct Wanted {
    std::string_view name;
    UtcTime now;
    std::chrono::days valid;
    std::vector<std::pair<int, std::string>> extensions;
};

Result<x509::Certificate> make(EVP_PKEY* key, X509* issuer, EVP_PKEY* signer, const Wanted& wanted) {
    x509::Certificate made(X509_new());
    auto* name = X509_get_subject_name(made.get());
    bool done = X509_set_version(made.get(), X509_VERSION_3) == 1 && set_serial(made.get()) &&
                ASN1_TIME_set(X509_getm_notBefore(made.get()), seconds_of(wanted.now - clocks_differ_by)) != nullptr &&
                ASN1_TIME_set(X509_getm_notAfter(made.get()), seconds_of(wanted.now + wanted.valid)) != nullptr &&
                X509_set_pubkey(made.get(), key) == 1 &&
                X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                           reinterpret_cast<const unsigned char*>(wanted.name.data()),
                                           static_cast<int>(wanted.name.size()), -1, 0) == 1;
    X509* by = issuer != nullptr ? issuer : made.get();
    done = done && X509_set_issuer_name(made.get(), X509_get_subject_name(by)) == 1;
    for (const auto& [kind, value] : wanted.extensions) done = done && extend(made.get(), by, kind, value);
    done = done && X509_sign(made.get(), signer, EVP_sha256()) != 0;
    if (!done) return x509::failure("make a certificate");
    return made;
}

Result<Identity> identity_of(X509* certificate, EVP_PKEY* key) {
    auto pem = x509::pem_of(certificate);
    if (!pem) return pem.error();
    auto secret = x509::pem_of(key);
    if (!secret) return secret.error();
    return Identity{std::move(pem).value(), std::move(secret).value()};
}

/// What signs for an authority.
struct Signing {
    x509::Certificate certificate;
    x509::Key key;
};

Result<Signing> read_authority(const Identity& authority) {
    const auto unreadable = [](const Error& why) {
        return Error{Errc::internal, "the registry's own authority: " + why.message};
    };
    auto certificate = x509::certificate_in(authority.certificate);
    if (!certificate) return unreadable(certificate.error());
    auto key = x509::key_in(authority.key);
    if (!key) return unreadable(key.error());
    return Signing{std::move(certificate).value(), std::move(key).value()};
}

bool is_address(const std::string& name) {
    std::array<unsigned char, 16> bytes{};
    return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

bool is_host(std::string_view name) {
    return !name.empty() && name.size() <= 253 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*") ==
               std::string_view::npos;
}

Result<std::string> alternatives(const std::vector<std::string>& names) {
    std::string list;
    for (const auto& name : names) {
        if (!is_address(name) && !is_host(name)) return {Errc::invalid, "\"" + name + "\" is no host name or address"};
        list += (list.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
    }
    if (list.empty()) return {Errc::invalid, "a server's certificate needs a name that clients write"};
    return list;
}

bool strong(EVP_PKEY* key) {
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_ED25519:
            return true;
        case EVP_PKEY_EC:
            return EVP_PKEY_get_bits(key) >= 256;
        case EVP_PKEY_RSA:
            return EVP_PKEY_get_bits(key) >= 2048 && EVP_PKEY_get_bits(key) <= 8192;
        default:
            return false;
    }
}

}  // namespace

Result<Identity> make_authority(std::string_view name, UtcTime now, std::chrono::days valid) {
    const auto key = x509::make_key();
    if (!key) return key.error();
    const auto made = make(key->get(), nullptr, key->get(),
                           {name,
                            now,
                            valid,
                            {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                             {NID_key_usage, "critical,keyCertSign,cRLSign"},
                             {NID_subject_key_identifier, "hash"}}});
    if (!made) return made.error().in("the authority's certificate");
    return identity_of(made->get(), key->get());
}

Result<Identity> make_server(const Identity& authority, const std::vector<std::string>& names, UtcTime now,
                             std::chrono::days valid) {
    auto list = alternatives(names);
    if (!list) return list.error();
    const auto by = read_authority(authority);
    if (!by) return by.error();
    const auto key = x509::make_key();
    if (!key) return key.error();
    const auto made = make(key->get(), by->certificate.get(), by->key.get(),
                           {names.front(),
                            now,
                            valid,
                            {{NID_basic_constraints, "critical,CA:FALSE"},
                             {NID_key_usage, "critical,digitalSignature"},
                             {NID_ext_key_usage, "serverAuth"},
                             {NID_subject_alt_name, *list}}});
    if (!made) return made.error().in("the server's certificate");
    return identity_of(made->get(), key->get());
}

Result<GateCertificate> sign_gate(const Identity& authority, std::string_view request, std::string_view name,
                                  UtcTime now, std::chrono::days valid) {
    const Error bad{Errc::invalid, "this is no certificate request in PEM that its own key has signed"};
    if (request.size() > most_pem) return bad;
    const auto asked = x509::request_in(request);
    auto* key = asked ? X509_REQ_get0_pubkey(asked.value().get()) : nullptr;
    if (key == nullptr || X509_REQ_verify(asked.value().get(), key) != 1) {
        ERR_clear_error();
        return bad;
    }
    if (!strong(key)) return {Errc::invalid, "this key is too weak; take P-256, Ed25519 or RSA of 2048 bits or more"};
    const auto by = read_authority(authority);
    if (!by) return by.error();
    const auto made = make(key, by->certificate.get(), by->key.get(),
                           {name,
                            now,
                            valid,
                            {{NID_basic_constraints, "critical,CA:FALSE"},
                             {NID_key_usage, "critical,digitalSignature"},
                             {NID_ext_key_usage, "clientAuth"}}});
    if (!made) return made.error().in("the gate's certificate");
    auto pem = x509::pem_of(made->get());
    if (!pem) return pem.error();
    auto digest = x509::key_digest(key);
    if (!digest) return digest.error();
    return GateCertificate{std::move(pem).value(), *digest, now + valid};
}

Result<Digest> fingerprint_of(std::string_view certificate) {
    const auto read = x509::certificate_in(certificate);
    return read ? x509::fingerprint_of(read->get()) : read.error();
}

}  // namespace menshen::registry
