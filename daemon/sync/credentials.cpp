#include "sync/credentials.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include "bundle/hash.hpp"

namespace menshen::sync {

namespace {

template <auto Free>
struct FreedBy {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using TlsKey = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using TlsCertificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using TlsRequest = std::unique_ptr<X509_REQ, FreedBy<X509_REQ_free>>;
using TlsText = std::unique_ptr<BIO, FreedBy<BIO_free>>;

constexpr std::string_view begin_key = "-----BEGIN PRIVATE KEY-----";

TlsText reading_of(const std::string& text) {
    return TlsText(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string written(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

TlsKey tls_key_in(const std::string& pem) {
    TlsKey key(PEM_read_bio_PrivateKey(reading_of(pem).get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    return key;
}

Result<TlsCertificate> tls_certificate_in(const std::string& pem) {
    TlsCertificate certificate(PEM_read_bio_X509(reading_of(pem).get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (!certificate) return {Errc::invalid, "this is no certificate (PEM)"};
    return certificate;
}

UtcTime time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return UtcTime(seconds(timegm(&parts)));
}

}  // namespace

Result<std::string> make_tls_key() {
    const TlsKey key(EVP_EC_gen("P-256"));
    const TlsText out(BIO_new(BIO_s_mem()));
    if (!key || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        return {Errc::internal, "OpenSSL cannot make a key"};
    }
    return written(out.get());
}

Result<std::string> certificate_request(const std::string& pem) {
    const auto key = tls_key_in(pem);
    if (!key) return {Errc::invalid, "this is no private key (PEM)"};
    const TlsRequest request(X509_REQ_new());
    const TlsText out(BIO_new(BIO_s_mem()));
    const bool made = X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
                      X509_REQ_sign(request.get(), key.get(), EVP_sha256()) != 0 &&
                      PEM_write_bio_X509_REQ(out.get(), request.get()) == 1;
    if (!made) return {Errc::internal, "OpenSSL cannot make a certificate request"};
    return written(out.get());
}

Status check_pair(const Identity& identity) {
    const auto certificate = tls_certificate_in(identity.certificate);
    if (!certificate) return certificate.error();
    const auto key = tls_key_in(identity.key);
    if (!key) return {Errc::invalid, "this is no private key (PEM)"};
    const bool fits = X509_check_private_key(certificate->get(), key.get()) == 1;
    ERR_clear_error();
    return fits ? Status() : Status(Errc::invalid, "the certificate is another key's");
}

Result<Validity> validity_of(const std::string& pem) {
    const auto certificate = tls_certificate_in(pem);
    if (!certificate) return certificate.error();
    return Validity{time_of(X509_get0_notBefore(certificate->get())), time_of(X509_get0_notAfter(certificate->get()))};
}

Result<std::string> fingerprint_of(const std::string& pem) {
    const auto certificate = tls_certificate_in(pem);
    if (!certificate) return certificate.error();
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate->get(), &der);
    if (size <= 0) return {Errc::invalid, "this is no certificate"};
    const auto hash = bundle::sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return bundle::to_hex(hash);
}

Result<Identity> read_identity(const std::filesystem::path& file) {
    auto text = read_text(file);
    if (!text && text.error().code == Errc::not_found) {
        return {Errc::not_found, file.string() + " is not there: this gate is not enrolled; run menshen enrol"};
    }
    if (!text) return text.error();
    const auto at = text->find(begin_key);
    Identity identity;
    if (at != std::string::npos) identity = {text->substr(0, at), text->substr(at)};
    if (auto done = check_pair(identity); !done) {
        return {Errc::invalid, file.string() + ": " + done.error().message + "; run menshen enrol"};
    }
    return identity;
}

Status write_identity(const std::filesystem::path& file, const Identity& identity, std::optional<Owner> owner) {
    if (auto done = check_pair(identity); !done) return done;
    auto text = identity.certificate;
    if (!text.ends_with('\n')) text += '\n';
    return replace_file(file, text + identity.key, 0600, owner);
}

}  // namespace menshen::sync
