#include "x509/x509.hpp"

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

using namespace menshen;

namespace {

constexpr std::int64_t day = 86'400;

/// One that its own key has signed, good for the day after the epoch.
x509::Certificate certificate_of(const x509::Key& key) {
    x509::Certificate made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_TIME_set(X509_getm_notBefore(made.get()), day);
    ASN1_TIME_set(X509_getm_notAfter(made.get()), 2 * day);
    X509_set_pubkey(made.get(), key.get());
    X509_sign(made.get(), key.get(), EVP_sha256());
    return made;
}

/// A key that only a passphrase opens.
std::string locked(const x509::Key& key) {
    std::string passphrase = "secret";
    auto* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, key.get(), EVP_aes_128_cbc(), passphrase.data(),
                                  static_cast<int>(passphrase.size()), nullptr, nullptr);
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return pem;
}

}  // namespace

TEST_CASE("what is written as PEM is read again as the same") {
    const auto key = x509::make_key().value();
    const auto pem = x509::pem_of(key.get()).value();
    CHECK(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    const auto again = x509::key_in("before\n" + pem + "behind\n").value();
    CHECK(EVP_PKEY_eq(key.get(), again.get()) == 1);

    const auto certificate = certificate_of(key);
    const auto read = x509::certificate_in(x509::pem_of(certificate.get()).value()).value();
    CHECK(x509::fingerprint_of(read.get()).value() == x509::fingerprint_of(certificate.get()).value());

    const auto request = x509::make_request(key.get()).value();
    const auto asked = x509::request_in(x509::pem_of(request.get()).value()).value();
    CHECK(X509_REQ_verify(asked.get(), key.get()) == 1);
}

TEST_CASE("what belongs together is known by the key") {
    const auto one = x509::make_key().value(), other = x509::make_key().value();
    const auto certificate = certificate_of(one);
    CHECK(x509::is_pair(certificate.get(), one.get()));
    CHECK_FALSE(x509::is_pair(certificate.get(), other.get()));
    CHECK(x509::key_digest(certificate.get()).value() == x509::key_digest(one.get()).value());
    CHECK(x509::key_digest(one.get()).value() != x509::key_digest(other.get()).value());
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("a certificate says from when to when it is good") {
    const auto certificate = certificate_of(x509::make_key().value());
    const auto validity = x509::validity_of(certificate.get()).value();
    CHECK(validity.from == UtcTime(seconds(day)));
    CHECK(validity.until == UtcTime(seconds(2 * day)));
    const x509::Certificate empty(X509_new());
    CHECK(x509::validity_of(empty.get()).error().code == Errc::invalid);
}

TEST_CASE("nonsense is refused, and nobody is asked for a passphrase") {
    const auto key = x509::make_key().value();
    const auto pem = x509::pem_of(key.get()).value();
    for (const auto& text : {std::string(), std::string("no PEM"), pem.substr(0, pem.size() / 2), locked(key)}) {
        CHECK(x509::key_in(text).error() == Error{Errc::invalid, "this is no private key (PEM)"});
    }
    CHECK(x509::certificate_in(pem).error() == Error{Errc::invalid, "this is no certificate (PEM)"});
    CHECK(x509::request_in(pem).error() == Error{Errc::invalid, "this is no certificate request (PEM)"});
    CHECK(ERR_peek_error() == 0);
}
