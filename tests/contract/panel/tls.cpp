// The panel off localhost: a certificate made here, a client that verifies it, and those who speak TLS badly.
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "bench.hpp"

using namespace menshen;
using namespace menshen::test;
namespace ssl = asio::ssl;
using Secret = ssl::stream<tcp::socket>;

namespace {

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

void add_extension(X509* certificate, int nid, const char* value) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

/// A key and its own certificate for 127.0.0.1, valid for an hour, in a folder that goes with it.
struct Identity {
    Identity() {
        auto* pair = EVP_EC_gen("P-256");
        auto* made = X509_new();
        X509_set_version(made, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
        X509_gmtime_adj(X509_getm_notBefore(made), -60);
        X509_gmtime_adj(X509_getm_notAfter(made), 3600);
        X509_set_pubkey(made, pair);
        auto* name = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("gate"), -1, -1, 0);
        X509_set_issuer_name(made, name);
        add_extension(made, NID_basic_constraints, "critical,CA:TRUE");
        add_extension(made, NID_subject_alt_name, "IP:127.0.0.1");
        X509_sign(made, pair, EVP_sha256());
        auto* out = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(out, made);
        pem = text_of(out);
        out = BIO_new(BIO_s_mem());
        PEM_write_bio_PrivateKey(out, pair, nullptr, nullptr, 0, nullptr, nullptr);
        std::ofstream(key()) << text_of(out);
        std::ofstream(certificate()) << pem;
        X509_free(made);
        EVP_PKEY_free(pair);
    }
    ~Identity() { std::filesystem::remove_all(folder); }
    Identity(const Identity&) = delete;
    Identity& operator=(const Identity&) = delete;
    [[nodiscard]] std::string key() const { return folder / "key.pem"; }
    [[nodiscard]] std::string certificate() const { return folder / "certificate.pem"; }
    [[nodiscard]] panel::Config config() const {
        panel::Config config;
        config.certificate = certificate();
        config.key = key();
        return config;
    }

    std::filesystem::path folder = [] {
        std::string name = std::filesystem::temp_directory_path() / "menshen-tls-XXXXXX";
        return std::filesystem::path(::mkdtemp(name.data()));
    }();
    std::string pem;
};

/// A browser's half: it trusts `identity` and nothing else, and insists that it names 127.0.0.1.
ssl::context client_of(const Identity& identity) {
    ssl::context context(ssl::context::tls_client);
    context.add_certificate_authority(asio::buffer(identity.pem));
    context.set_verify_mode(ssl::verify_peer);
    context.set_verify_callback(ssl::host_name_verification("127.0.0.1"));
    return context;
}

Answer ask(const Bench& bench, ssl::context& context, http::verb verb, const std::string& target,
           const json::value& body = {}, const std::string& scheme = "https") {
    Secret stream(bench.connect(), context);
    stream.handshake(Secret::client);
    http::request<http::string_body> request{verb, target, 11};
    request.set(http::field::host, bench.host());
    request.set(http::field::origin, scheme + "://" + bench.host());
    request.set(http::field::cookie, bench.cookie);
    request.set(http::field::content_type, "application/json");
    if (verb == http::verb::post) request.body() = json::serialize(body);
    request.prepare_payload();
    http::write(stream, request);
    Answer answer;
    beast::flat_buffer buffer;
    http::read(stream, buffer, answer.raw);
    answer.status = answer.raw.result_int();
    return answer;
}

/// Everything that comes until the server ends the connection.
std::string rest_of(tcp::socket& socket) {
    std::string all;
    beast::error_code ec;
    asio::read(socket, asio::dynamic_buffer(all), ec);
    return all;
}

beast::error_code shake_hands_at_most(const Bench& bench, const Identity& identity, int version) {
    auto context = client_of(identity);
    ::SSL_CTX_set_cipher_list(context.native_handle(), "DEFAULT:@SECLEVEL=0");  // or the client itself would refuse
    ::SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
    ::SSL_CTX_set_max_proto_version(context.native_handle(), version);
    Secret stream(bench.connect(), context);
    beast::error_code ec;
    stream.handshake(Secret::client, ec);
    return ec;
}

}  // namespace

TEST_CASE("TLS: a client that verifies the certificate gets the page, logs in and sees the gate live") {
    const Identity identity;
    Bench bench(identity.config());
    auto context = client_of(identity);
    const auto page = ask(bench, context, http::verb::get, "/");
    CHECK(page.status == 200);
    CHECK(page.header("Strict-Transport-Security") == "max-age=31536000");

    const json::object guard{{"name", "张卫"}, {"pin", "902714"}};
    CHECK(ask(bench, context, http::verb::post, "/api/first-guard", guard, "http").status == 403);
    const auto made = ask(bench, context, http::verb::post, "/api/first-guard", guard);
    REQUIRE(made.status == 200);
    CHECK(made.header("Set-Cookie").find("; Secure") != std::string::npos);
    bench.cookie = made.cookie();
    bench.on_loop([&] { bench.gate.pictures["p"] = std::make_shared<const std::vector<std::uint8_t>>(300'000, 0xd8); });
    CHECK(ask(bench, context, http::verb::get, "/api/picture/p").raw.body().size() == 300'000);

    beast::websocket::stream<Secret> live(bench.connect(), context);
    live.next_layer().handshake(Secret::client);
    live.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
        request.set(http::field::origin, "https://" + bench.host());
        request.set(http::field::cookie, bench.cookie);
    }));
    live.handshake(bench.host(), "/api/live");
    beast::flat_buffer buffer;
    live.read(buffer);
    CHECK(beast::buffers_to_string(buffer.data()).starts_with("{\"snapshot\""));
    buffer.clear();
    bench.on_loop([&] { bench.gate.publish({{"faults", json::array()}}); });
    live.read(buffer);
    CHECK(beast::buffers_to_string(buffer.data()) == "{\"faults\":[]}");
    beast::error_code ec;
    live.close(beast::websocket::close_code::normal, ec);
    CHECK(ask(bench, context, http::verb::get, "/api/session").status == 200);
}

TEST_CASE("TLS: a client that trusts somebody else's certificate goes no further") {
    const Identity identity, other;
    Bench bench(identity.config());
    auto context = client_of(other);
    Secret stream(bench.connect(), context);
    beast::error_code ec;
    stream.handshake(Secret::client, ec);
    CHECK(ec);
}

TEST_CASE("TLS: a key that belongs to another certificate is refused at start") {
    const Identity identity, other;
    asio::io_context io;
    FakeGate gate;
    FakeClock clock;
    auto config = identity.config();
    config.port = 0;
    config.key = other.key();
    const auto started = panel::Server::start(io, gate, clock, config);
    REQUIRE(!started);
    CHECK(started.error().message.find("[panel] key " + other.key()) == 0);
}

TEST_CASE("TLS 1.1 is refused, 1.2 and 1.3 are served") {
    const Identity identity;
    Bench bench(identity.config());
    const auto refused = shake_hands_at_most(bench, identity, TLS1_1_VERSION);
    CHECK(refused.category() == asio::error::get_ssl_category());
    CHECK(ERR_GET_REASON(static_cast<unsigned long>(refused.value())) == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
    CHECK(!shake_hands_at_most(bench, identity, TLS1_2_VERSION));
    CHECK(!shake_hands_at_most(bench, identity, TLS1_3_VERSION));
}

TEST_CASE("plain HTTP where TLS is served is told so, and nonsense is cut off") {
    const Identity identity;
    Bench bench(identity.config());
    auto plain = bench.connect();
    asio::write(plain, asio::buffer("GET / HTTP/1.1\r\nHost: " + bench.host() + "\r\n\r\n"));
    const auto told = rest_of(plain);
    CHECK(told.starts_with("HTTP/1.1 400 "));
    CHECK(told.find("https://") != std::string::npos);
    auto nonsense = bench.connect();
    asio::write(nonsense, asio::buffer(std::string(2000, '\x7f')));
    CHECK(rest_of(nonsense).find("HTTP") == std::string::npos);
}

TEST_CASE("I17: a half-open TLS hand-shake ends after read_within while others are served") {
    const Identity identity;
    auto config = identity.config();
    config.read_within = milliseconds(300);
    Bench bench(config);
    auto silent = bench.connect();
    auto half = bench.connect();
    // A record that says it is 512 bytes of ClientHello, and then says nothing more.
    asio::write(half, asio::buffer(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)));
    auto context = client_of(identity);
    CHECK(ask(bench, context, http::verb::get, "/api/session").status == 200);
    CHECK(rest_of(half).empty());
    CHECK(rest_of(silent).empty());
}
