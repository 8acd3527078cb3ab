// What the tool knows of a registry without speaking with one.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "link/address.hpp"
#include "link/certificates.hpp"
#include "link/session.hpp"
#include "support/temporary_folder.hpp"

using namespace menshen;
using namespace menshen::link;

TEST_CASE("an address as people write it") {
    CHECK(registry_address("registry.example").value() == "https://registry.example:8430");
    CHECK(registry_address("https://10.0.0.5:9000/").value() == "https://10.0.0.5:9000");
    CHECK(registry_address("[::1]").value() == "https://[::1]:8430");
    CHECK(registry_address("[::1]:9").value() == "https://[::1]:9");
    for (const auto* wrong : {"", "http://a", "https://", "a b", "https://a/b", "user@host", ":8430", "a?b"}) {
        INFO(wrong);
        CHECK_FALSE(registry_address(wrong).ok());
    }
    CHECK(file_name_of("https://[::1]:9") == "___1__9");
    CHECK(with_query("/v1/permits", {{"words", "浙A&1"}, {"state", ""}}) == "/v1/permits?words=%E6%B5%99A%261");
}

TEST_CASE("a fingerprint as people write it") {
    const std::string hex(64, 'a');
    CHECK(fingerprint_from(grouped(hex)).value() == hex);
    CHECK(fingerprint_from("AA:" + std::string(62, 'A')).value() == hex);
    CHECK_FALSE(fingerprint_from("aa").ok());
    CHECK_FALSE(fingerprint_of("no certificate").ok());
    CHECK(fingerprint_of("-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n").value() ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a session is kept for its user alone, and forgotten") {
    const support::TemporaryFolder folder;
    const ConfigFolder config(folder / "menshen");
    CHECK_FALSE(load_session(config)->has_value());
    Session session{"https://a:1", "chief", "secret", "main", {"PEM"}};
    REQUIRE(save_session(config, session));
    const auto read = load_session(config);
    REQUIRE(read.ok());
    CHECK((*read)->token == "secret");
    CHECK((*read)->trust.authority == "PEM");
    const auto file = folder / "menshen/session.json";
    ::chmod(file.c_str(), 0640);
    CHECK(load_session(config).error().code == Errc::denied);
    ::chmod(file.c_str(), 0600);
    REQUIRE(config.write("session.json", "{}"));
    CHECK(load_session(config).error().message.find("menshen login") != std::string::npos);
    REQUIRE(forget_session(config));
    REQUIRE(forget_session(config));
    CHECK_FALSE(load_session(config)->has_value());
}
