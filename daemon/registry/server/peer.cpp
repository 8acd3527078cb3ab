#include "peer.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "x509/x509.hpp"

namespace menshen::registry::server {
namespace {

namespace ssl = boost::asio::ssl;

bool let_pass(bool good, ssl::verify_context& context) {
    if (good) return true;
    auto* store = context.native_handle();
    const bool ended_only =
        X509_STORE_CTX_get_error_depth(store) == 0 && X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_HAS_EXPIRED;
    if (ended_only) X509_STORE_CTX_set_error(store, X509_V_OK);
    return ended_only;
}

Status ask_for_certificates(ssl::context& context, const Identity& authority) {
    boost::system::error_code ec;
    context.add_certificate_authority(boost::asio::buffer(authority.certificate), ec);
    if (!ec) context.set_verify_mode(ssl::verify_peer, ec);
    if (!ec) context.set_verify_callback(let_pass, ec);
    if (ec) return {Errc::invalid, "the authority's certificate: " + ec.message()};
    return {};
}

Status use_own(ssl::context& context, const Services& services, const Listen& listen) {
    const auto stem = services.folder.server().string();
    const auto certificate = listen.certificate.empty() ? stem + ".pem" : listen.certificate;
    const auto key = listen.key.empty() ? stem + ".key" : listen.key;
    boost::system::error_code ec;
    context.use_certificate_chain_file(certificate, ec);
    if (ec) return {Errc::invalid, certificate + ": " + ec.message()};
    context.use_private_key_file(key, ssl::context::pem, ec);
    if (ec) return {Errc::invalid, key + ": " + ec.message()};
    return {};
}

}  // namespace

Result<std::unique_ptr<ssl::context>> make_tls(const Services& services, const Listen& listen, Door door) {
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    auto* native = context->native_handle();
    if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1) {
        return {Errc::internal, "this machine's OpenSSL cannot serve TLS 1.2"};
    }
    // Thousands of connections wait: their buffers go meanwhile. A session that is resumed would skip the certificate.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    if (auto done = use_own(*context, services, listen); !done) return done.error();
    if (door == Door::gate) {
        if (auto done = ask_for_certificates(*context, services.authority); !done) return done.error();
    }
    return context;
}

std::optional<PeerCertificate> certificate_of(ssl_st* tls) {
    const x509::Certificate shown(SSL_get1_peer_certificate(tls));
    if (!shown) return std::nullopt;
    const auto key = x509::key_digest(shown.get());
    const auto validity = x509::validity_of(shown.get());
    if (!key || !validity) return std::nullopt;
    return PeerCertificate{*key, validity->until};
}

}  // namespace menshen::registry::server
