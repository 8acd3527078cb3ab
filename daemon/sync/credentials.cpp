#include "sync/credentials.hpp"

#include "bundle/hash.hpp"
#include "files/read.hpp"
#include "x509/x509.hpp"

namespace menshen::sync {

namespace {

constexpr std::string_view begin_key = "-----BEGIN PRIVATE KEY-----";

}  // namespace

Result<std::string> make_tls_key() {
    const auto key = x509::make_key();
    return key ? x509::pem_of(key->get()) : key.error();
}

Result<std::string> certificate_request(const std::string& pem) {
    const auto key = x509::key_in(pem);
    if (!key) return key.error();
    const auto request = x509::make_request(key->get());
    return request ? x509::pem_of(request->get()) : request.error();
}

Status check_pair(const Identity& identity) {
    const auto certificate = x509::certificate_in(identity.certificate);
    if (!certificate) return certificate.error();
    const auto key = x509::key_in(identity.key);
    if (!key) return key.error();
    const bool fits = x509::is_pair(certificate->get(), key->get());
    return fits ? Status() : Status(Errc::invalid, "the certificate is another key's");
}

Result<Validity> validity_of(const std::string& pem) {
    const auto certificate = x509::certificate_in(pem);
    if (!certificate) return certificate.error();
    const auto validity = x509::validity_of(certificate->get());
    if (!validity) return validity.error();
    return Validity{validity->from, validity->until};
}

Result<std::string> fingerprint_of(const std::string& pem) {
    const auto certificate = x509::certificate_in(pem);
    if (!certificate) return certificate.error();
    const auto digest = x509::fingerprint_of(certificate->get());
    if (!digest) return digest.error();
    return bundle::to_hex(*digest);
}

Result<Identity> read_identity(const std::filesystem::path& file) {
    auto text = files::read_small(file);
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

Status write_identity(const std::filesystem::path& file, const Identity& identity, std::optional<files::Owner> owner) {
    if (auto done = check_pair(identity); !done) return done;
    auto text = identity.certificate;
    if (!text.ends_with('\n')) text += '\n';
    return files::replace(file, text + identity.key, {.owner = owner});
}

}  // namespace menshen::sync
