#include "registry/certificates.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

#include "bundle/hash.hpp"

namespace menshen::registry {

namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using CertificateRequest = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;

constexpr auto clocks_differ_by = std::chrono::hours(1);
constexpr std::size_t most_pem = 16 * 1024;

Error failed(std::string_view what) {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return {Errc::internal, fmt::format("OpenSSL cannot {}: {}", what, text.data())};
}

Memory reading(std::string_view text) {
    return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
    const Memory out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate);
    return text_in(out.get());
}

std::string pem_of(EVP_PKEY* key) {
    const Memory out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_in(out.get());
}

Digest digest_of(EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    const Digest digest = bundle::sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return digest;
}

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

/// Null: OpenSSL failed.
Certificate make(EVP_PKEY* key, X509* issuer, EVP_PKEY* signer, const Wanted& wanted) {
    Certificate made(X509_new());
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
    return done ? std::move(made) : nullptr;
}

Certificate certificate_in(std::string_view pem) {
    return Certificate(PEM_read_bio_X509(reading(pem).get(), nullptr, nullptr, nullptr));
}

Key key_in(std::string_view pem) {
    return Key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, nullptr, nullptr));
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
    const Key key(EVP_EC_gen("P-256"));
    if (!key) return failed("make a key");
    const auto made = make(key.get(), nullptr, key.get(),
                           {name,
                            now,
                            valid,
                            {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                             {NID_key_usage, "critical,keyCertSign,cRLSign"},
                             {NID_subject_key_identifier, "hash"}}});
    if (!made) return failed("make the authority's certificate");
    return Identity{pem_of(made.get()), pem_of(key.get())};
}

Result<Identity> make_server(const Identity& authority, const std::vector<std::string>& names, UtcTime now,
                             std::chrono::days valid) {
    auto list = alternatives(names);
    if (!list) return list.error();
    const auto issuer = certificate_in(authority.certificate);
    const auto signer = key_in(authority.key);
    const Key key(EVP_EC_gen("P-256"));
    if (!issuer || !signer || !key) return failed("read the authority");
    const auto made = make(key.get(), issuer.get(), signer.get(),
                           {names.front(),
                            now,
                            valid,
                            {{NID_basic_constraints, "critical,CA:FALSE"},
                             {NID_key_usage, "critical,digitalSignature"},
                             {NID_ext_key_usage, "serverAuth"},
                             {NID_subject_alt_name, *list}}});
    if (!made) return failed("make the server's certificate");
    return Identity{pem_of(made.get()), pem_of(key.get())};
}

Result<GateCertificate> sign_gate(const Identity& authority, std::string_view request, std::string_view name,
                                  UtcTime now, std::chrono::days valid) {
    const Error bad{Errc::invalid, "this is no certificate request in PEM that its own key has signed"};
    if (request.size() > most_pem) return bad;
    const CertificateRequest asked(PEM_read_bio_X509_REQ(reading(request).get(), nullptr, nullptr, nullptr));
    auto* key = asked ? X509_REQ_get0_pubkey(asked.get()) : nullptr;
    if (key == nullptr || X509_REQ_verify(asked.get(), key) != 1) {
        ERR_clear_error();
        return bad;
    }
    if (!strong(key)) return {Errc::invalid, "this key is too weak; take P-256, Ed25519 or RSA of 2048 bits or more"};
    const auto issuer = certificate_in(authority.certificate);
    const auto signer = key_in(authority.key);
    if (!issuer || !signer) return failed("read the authority");
    const auto made = make(key, issuer.get(), signer.get(),
                           {name,
                            now,
                            valid,
                            {{NID_basic_constraints, "critical,CA:FALSE"},
                             {NID_key_usage, "critical,digitalSignature"},
                             {NID_ext_key_usage, "clientAuth"}}});
    if (!made) return failed("sign the gate's certificate");
    return GateCertificate{pem_of(made.get()), digest_of(key), now + valid};
}

Result<Digest> fingerprint_of(std::string_view certificate) {
    const auto read = certificate_in(certificate);
    Digest digest{};
    unsigned int size = 0;
    if (!read || X509_digest(read.get(), EVP_sha256(), digest.data(), &size) != 1) {
        ERR_clear_error();
        return {Errc::invalid, "this is no certificate in PEM"};
    }
    return digest;
}

}  // namespace menshen::registry
