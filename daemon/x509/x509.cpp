#include "x509/x509.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <ctime>

namespace menshen::x509 {

namespace {

struct FreeMemory {
    void operator()(BIO* memory) const { BIO_free(memory); }
};
using Memory = std::unique_ptr<BIO, FreeMemory>;

Memory reading(std::string_view text) {
    return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(BIO* memory) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

/// What `write` leaves in a memory of OpenSSL.
template <class Write>
Result<std::string> written(std::string_view what, Write write) {
    const Memory out(BIO_new(BIO_s_mem()));
    if (!out || write(out.get()) != 1) return failure(what);
    return text_in(out.get());
}

/// Instead of asking at a terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

template <class T>
Result<T> found(T object, const char* missing) {
    ERR_clear_error();
    if (!object) return {Errc::invalid, missing};
    return object;
}

Result<UtcTime> time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) == 1) return UtcTime(seconds(timegm(&parts)));
    ERR_clear_error();
    return {Errc::invalid, "a time in the certificate is none"};
}

/// Of what OpenSSL has encoded, and frees it.
Result<Digest> hash_of(unsigned char* der, int size) {
    Digest digest{};
    const bool done =
        size > 0 && EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr) == 1;
    OPENSSL_free(der);
    if (!done) return failure("hash a public key");
    return digest;
}

}  // namespace

void Free::operator()(EVP_PKEY* key) const {
    EVP_PKEY_free(key);
}

void Free::operator()(X509* certificate) const {
    X509_free(certificate);
}

void Free::operator()(X509_REQ* request) const {
    X509_REQ_free(request);
}

Error failure(std::string_view what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    ERR_clear_error();
    return {Errc::internal, "OpenSSL cannot " + std::string(what) + ": " + reason.data()};
}

Result<Key> make_key() {
    Key key(EVP_EC_gen("P-256"));
    if (!key) return failure("make a key");
    return key;
}

Result<Request> make_request(EVP_PKEY* key) {
    Request request(X509_REQ_new());
    const bool made =
        request && X509_REQ_set_pubkey(request.get(), key) == 1 && X509_REQ_sign(request.get(), key, EVP_sha256()) != 0;
    if (!made) return failure("make a certificate request");
    return request;
}

Result<Key> key_in(std::string_view pem) {
    return found(Key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_passphrase, nullptr)),
                 "this is no private key (PEM)");
}

Result<Certificate> certificate_in(std::string_view pem) {
    return found(Certificate(PEM_read_bio_X509(reading(pem).get(), nullptr, no_passphrase, nullptr)),
                 "this is no certificate (PEM)");
}

Result<Request> request_in(std::string_view pem) {
    return found(Request(PEM_read_bio_X509_REQ(reading(pem).get(), nullptr, no_passphrase, nullptr)),
                 "this is no certificate request (PEM)");
}

Result<std::string> pem_of(EVP_PKEY* key) {
    return written("write a key", [&](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
}

Result<std::string> pem_of(X509* certificate) {
    return written("write a certificate", [&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

Result<std::string> pem_of(X509_REQ* request) {
    return written("write a certificate request", [&](BIO* out) { return PEM_write_bio_X509_REQ(out, request); });
}

Result<Digest> fingerprint_of(const X509* certificate) {
    Digest digest{};
    if (X509_digest(certificate, EVP_sha256(), digest.data(), nullptr) != 1) return failure("hash a certificate");
    return digest;
}

Result<Digest> key_digest(const EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    return hash_of(der, size);
}

Result<Digest> key_digest(const X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    return hash_of(der, size);
}

bool is_pair(const X509* certificate, const EVP_PKEY* key) {
    const bool fits = X509_check_private_key(certificate, key) == 1;
    ERR_clear_error();
    return fits;
}

Result<Validity> validity_of(const X509* certificate) {
    const auto from = time_of(X509_get0_notBefore(certificate));
    if (!from) return from.error();
    const auto until = time_of(X509_get0_notAfter(certificate));
    if (!until) return until.error();
    return Validity{*from, *until};
}

}  // namespace menshen::x509
