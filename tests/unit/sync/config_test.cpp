#include "sync/config.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace menshen;

namespace {

sync::ConfigFile read_text_of(const std::string& text) {
    const support::TemporaryFolder folder;
    std::ofstream(folder / "courier.toml") << text;
    return sync::read_config(folder / "courier.toml");
}

}  // namespace

TEST_CASE("the courier's configuration, with what is left away") {
    const auto read = read_text_of("registry = \"https://registry.example:8431/\"\n[limits]\nspool_mib = 0\n");
    CHECK(read.mistakes.empty());
    CHECK(read.config.registry == "https://registry.example:8431");
    CHECK(read.config.gate == "/run/menshen/courier.sock");
    CHECK(read.config.spool == 0);
    CHECK(read.config.pictures_per_second == 512 * 1024);
    CHECK(read.config.folder.identity() == "/var/lib/menshen-sync/gate.pem");
}

TEST_CASE("every mistake of it with its line") {
    const auto read = read_text_of(
        "registry = \"http://registry.example\"\nproxy = \"10.0.0.1:3128\"\ngait = 1\n[limits]\n"
        "longest_retry_seconds = 0\npictures_kib_per_second = \"fast\"\n");
    REQUIRE(read.mistakes.size() == 5);
    CHECK(read.mistakes[0].find("courier.toml:1: registry: must be \"https://HOST:PORT\"") != std::string::npos);
    CHECK(read.mistakes[1].find("courier.toml:2: proxy") != std::string::npos);
    for (const char* registry : {"https://a/path", "https://user@a", "https://", "registry", ""}) {
        CAPTURE(registry);
        CHECK(read_text_of("registry = \"" + std::string(registry) + "\"\n").mistakes.size() == 1);
    }
    CHECK(sync::read_config("nowhere.toml").mistakes.size() == 1);
}
