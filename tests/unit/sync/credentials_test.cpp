// Keys and certificates, and a snapshot that is kept on its way.
#include "sync/credentials.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "spool.hpp"
#include "support/temporary_folder.hpp"

using namespace menshen;
using support::TemporaryFolder;

TEST_CASE("a key asks for a certificate; what does not belong together is refused") {
    const auto key = sync::make_tls_key().value();
    CHECK(sync::certificate_request(key).value().find("BEGIN CERTIFICATE REQUEST") != std::string::npos);
    CHECK(sync::certificate_request("no key").error().code == Errc::invalid);
    CHECK(sync::validity_of("no certificate").error().code == Errc::invalid);
    CHECK(sync::check_pair({"no certificate", key}).error().code == Errc::invalid);
    const TemporaryFolder folder;
    CHECK(sync::read_identity(folder / "gate.pem").error().message.find("menshen enrol") != std::string::npos);
    std::ofstream(folder / "gate.pem") << "damaged";
    CHECK(sync::read_identity(folder / "gate.pem").error().code == Errc::invalid);
}

TEST_CASE("a certificate is due at a third of its life") {
    const UtcTime from(seconds(0)), until(seconds(900));
    const sync::Validity validity{from, until};
    CHECK_FALSE(validity.is_due(UtcTime(seconds(299))));
    CHECK(validity.is_due(UtcTime(seconds(300))));
    CHECK_FALSE(validity.has_ended(UtcTime(seconds(899))));
    CHECK(validity.has_ended(until));
}

TEST_CASE("a spool goes on where it stopped, keeps one snapshot, and no larger one than it may") {
    const TemporaryFolder folder;
    {
        sync::Spool spool(folder / "spool", "one", 100, 1000);
        spool.append("0123456789");
        CHECK(spool.kept() == 10);
    }
    {
        sync::Spool spool(folder / "spool", "one", 100, 1000);
        CHECK(spool.kept() == 10);
        CHECK(spool.read(4, 3).value() == "456");
        CHECK(spool.read(8, 100).value() == "89");
    }
    {
        sync::Spool spool(folder / "spool", "two", 100, 1000);
        CHECK(spool.kept() == 0);
        CHECK_FALSE(std::filesystem::exists(folder / "spool/one"));
        spool.append("more than its manifest will say");
    }
    {
        sync::Spool spool(folder / "spool", "two", 5, 1000);
        CHECK(spool.kept() == 0);
    }
    sync::Spool large(folder / "spool", "three", 2000, 1000);
    large.append("not kept");
    CHECK(large.kept() == 0);
    CHECK_FALSE(std::filesystem::exists(folder / "spool/three"));
}
