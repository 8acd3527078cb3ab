#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "bundle/key_file.hpp"
#include "fixture.hpp"
#include "support/temporary_folder.hpp"

using namespace menshen;
using namespace menshen::bundle;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const std::string& text, fs::perms mode) {
    std::ofstream(file) << text;
    fs::permissions(file, mode);
}

constexpr auto owner_only = fs::perms::owner_read | fs::perms::owner_write;

}  // namespace

TEST_CASE("signatures verify, for exactly these bytes and this key") {
    const auto one = SecretKey::generate().value();
    const auto two = SecretKey::generate().value();
    CHECK(one.public_key() != two.public_key());
    const Signature mark = one.sign("message");
    CHECK(one.public_key().verifies("message", mark));
    CHECK_FALSE(one.public_key().verifies("message ", mark));
    CHECK_FALSE(two.public_key().verifies("message", mark));
    CHECK_FALSE(PublicKey{}.verifies("message", Signature{}));  // a key of small order
    CHECK_FALSE(SecretKey::from_seed(sha256("x")).value().public_key().verifies("", Signature{}));
    CHECK(SecretKey::from_seed(ByteView()).error().code == Errc::invalid);
}

TEST_CASE("a secret key file is the owner's alone, appears whole, and replaces nothing") {
    const support::TemporaryFolder folder;
    const auto file = folder / "k1.key";
    REQUIRE(write_secret_file(file, secret("k1")).ok());
    CHECK(fs::status(file).permissions() == owner_only);
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
    const auto read = read_secret_file(file);
    REQUIRE(read.ok());
    CHECK(read->kid == "k1");
    CHECK(read->key.public_key() == secret("k1").key.public_key());
    CHECK(write_secret_file(file, secret("k2")).error().code == Errc::conflict);
    CHECK(read_secret_file(file)->kid == "k1");
    CHECK(write_secret_file(folder / "none" / "k1.key", secret("k1")).error().code == Errc::io);
    CHECK(write_secret_file(folder / "x", {"No Name", SecretKey::generate().value()}).error().code == Errc::invalid);
}

TEST_CASE("secret key files that others may touch are refused, with what to do") {
    const support::TemporaryFolder folder;
    const auto file = folder / "k1.key";
    REQUIRE(write_secret_file(file, secret("k1")).ok());
    for (const auto bit : {fs::perms::group_read, fs::perms::group_write, fs::perms::others_read,
                           fs::perms::others_exec, fs::perms::owner_exec, fs::perms::set_uid}) {
        fs::permissions(file, owner_only | bit);
        const auto read = read_secret_file(file);
        REQUIRE_FALSE(read.ok());
        CHECK(read.error().code == Errc::denied);
        CHECK(read.error().message.find("chmod 600") != std::string::npos);
    }
    fs::permissions(file, fs::perms::owner_read);
    CHECK(read_secret_file(file).ok());
    fs::create_symlink(file, folder / "link.key");
    CHECK(read_secret_file(folder / "link.key").error().code == Errc::denied);
    CHECK(read_secret_file(folder.path()).error().code == Errc::denied);
    CHECK(read_secret_file(folder / "none").error().code == Errc::io);
}

TEST_CASE("key files are one line of one form") {
    const support::TemporaryFolder folder;
    const NamedKey key{"k1", secret("k1").key.public_key()};
    const std::string good = public_key_text(key);
    write(folder / "good", good, fs::perms::all);
    CHECK(read_public_file(folder / "good").value() == key);
    CHECK(parse_public_key(good.substr(0, good.size() - 1)).value() == key);
    for (const std::string& bad :
         {std::string(), good + good, good + "\n", " " + good, good.substr(0, good.size() - 2),
          "menshen-ed25519-secret" + good.substr(22), "menshen-ed25519-public K1" + good.substr(25)}) {
        CAPTURE(bad);
        CHECK(parse_public_key(bad).error().code == Errc::invalid);
        write(folder / "bad", bad, owner_only);
        CHECK(read_public_file(folder / "bad").error().code == Errc::invalid);
        if (!bad.starts_with("menshen-ed25519-secret")) {
            CHECK(read_secret_file(folder / "bad").error().code == Errc::invalid);
        }
    }
    CHECK(read_public_file(folder / "none").error().code == Errc::io);
}
