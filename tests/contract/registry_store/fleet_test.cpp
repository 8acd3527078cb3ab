// Which gate is who: one-time codes, the keys that they let in, and renewals whose answer was lost.
#include "bench.hpp"

namespace menshen::registry::test {

namespace {

Digest some_digest(std::uint8_t byte) {
    Digest digest{};
    digest.fill(byte);
    return digest;
}

GateIdentity identity_with(std::uint8_t tls) {
    GateIdentity identity;
    identity.event_kid = "north-1";
    identity.event_key = some_digest(0xE0);
    identity.tls_key = some_digest(tls);
    return identity;
}

}  // namespace

TEST_CASE("a code lets one gate enrol once, and only while it lasts") {
    Bench bench;
    const Id gate = bench.make(Gate{"north", "North", "", GateState::active, ""});
    auto& fleet = bench.store->fleet();
    REQUIRE(fleet.admit({some_digest(1), gate, bench.now.utc + seconds(60)}, bench.admin, bench.now.utc));
    CHECK(fleet.enrol(some_digest(2), identity_with(7), bench.now.utc).error().code == Errc::denied);
    CHECK(fleet.enrol(some_digest(1), identity_with(7), bench.now.utc + seconds(60)).error().code == Errc::denied);
    CHECK(fleet.enrol(some_digest(1), identity_with(7), bench.now.utc).value() == gate);
    CHECK(fleet.enrol(some_digest(1), identity_with(7), bench.now.utc).value() == gate);  // the answer was lost
    CHECK(fleet.enrol(some_digest(1), identity_with(8), bench.now.utc).error().code == Errc::denied);
    CHECK(fleet.enrol(some_digest(1), identity_with(7), bench.now.utc + seconds(60)).error().code == Errc::denied);
    const auto known = fleet.identities().value();
    REQUIRE(known.size() == 1);
    CHECK(known[0].gate == gate);
    CHECK(known[0].event_kid == "north-1");
    CHECK(known[0].tls_key == some_digest(7));
}

TEST_CASE("codes that are withdrawn let nobody enrol, not even again") {
    Bench bench;
    const Id north = bench.make(Gate{"north", "North", "", GateState::active, ""});
    const Id south = bench.make(Gate{"south", "South", "", GateState::active, ""});
    auto& fleet = bench.store->fleet();
    const auto ends = bench.now.utc + seconds(60);
    REQUIRE(fleet.admit({some_digest(1), north, ends}, bench.admin, bench.now.utc));
    REQUIRE(fleet.admit({some_digest(2), south, ends}, bench.admin, bench.now.utc));
    REQUIRE(fleet.enrol(some_digest(1), identity_with(7), bench.now.utc));
    CHECK(fleet.withdraw_codes(bench.admin, bench.now.utc).value() == 1);
    CHECK(fleet.enrol(some_digest(1), identity_with(7), bench.now.utc).error().code == Errc::denied);
    CHECK(fleet.enrol(some_digest(2), identity_with(8), bench.now.utc).error().code == Errc::denied);
    CHECK(fleet.identities()->size() == 1);
    CHECK(fleet.withdraw_codes(bench.admin, bench.now.utc).value() == 0);
    CHECK(bench.store->audit().find({.action = "gate.withdraw"})->size() == 1);
}

TEST_CASE("a newer code ends the one before, and a new enrolment the identity before") {
    Bench bench;
    const Id gate = bench.make(Gate{"north", "North", "", GateState::active, ""});
    auto& fleet = bench.store->fleet();
    const auto ends = bench.now.utc + seconds(60);
    REQUIRE(fleet.admit({some_digest(1), gate, ends}, bench.admin, bench.now.utc));
    REQUIRE(fleet.admit({some_digest(2), gate, ends}, bench.admin, bench.now.utc));
    CHECK(fleet.enrol(some_digest(1), identity_with(7), bench.now.utc).error().code == Errc::denied);
    REQUIRE(fleet.enrol(some_digest(2), identity_with(7), bench.now.utc));
    REQUIRE(fleet.renew(gate, some_digest(8), bench.now.utc));
    REQUIRE(fleet.admit({some_digest(3), gate, ends}, bench.admin, bench.now.utc));
    REQUIRE(fleet.enrol(some_digest(3), identity_with(9), bench.now.utc));
    const auto known = fleet.identities().value();
    REQUIRE(known.size() == 1);
    CHECK(known[0].tls_key == some_digest(9));
    CHECK(known[0].tls_old == Digest{});
}

TEST_CASE("after a renewal the key before is still known, a repeated renewal included; no gate takes another's key") {
    Bench bench;
    const Id north = bench.make(Gate{"north", "North", "", GateState::active, ""});
    const Id south = bench.make(Gate{"south", "South", "", GateState::active, ""});
    auto& fleet = bench.store->fleet();
    const auto ends = bench.now.utc + seconds(60);
    CHECK(fleet.renew(north, some_digest(8), bench.now.utc).error().code == Errc::not_found);
    REQUIRE(fleet.admit({some_digest(1), north, ends}, bench.admin, bench.now.utc));
    REQUIRE(fleet.enrol(some_digest(1), identity_with(7), bench.now.utc));
    REQUIRE(fleet.renew(north, some_digest(8), bench.now.utc));
    REQUIRE(fleet.renew(north, some_digest(8), bench.now.utc));
    const auto known = fleet.identities().value();
    REQUIRE(known.size() == 1);
    CHECK(known[0].tls_key == some_digest(8));
    CHECK(known[0].tls_old == some_digest(7));
    REQUIRE(fleet.admit({some_digest(2), south, ends}, bench.admin, bench.now.utc));
    CHECK(fleet.enrol(some_digest(2), identity_with(7), bench.now.utc).error().code == Errc::conflict);
    CHECK(fleet.identities().value().size() == 1);
    CHECK(fleet.enrol(some_digest(2), identity_with(10), bench.now.utc).value() == south);  // the code was not used up
}

}  // namespace menshen::registry::test
