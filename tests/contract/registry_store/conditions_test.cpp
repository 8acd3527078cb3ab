// If-Match and Idempotency-Key.
#include "bench.hpp"

namespace menshen::registry::test {

namespace {

ChangeSet keyed(const std::string& key, std::vector<Change> changes) {
    ChangeSet set;
    set.idempotency_key = key;
    set.changes = std::move(changes);
    return set;
}

}  // namespace

TEST_CASE("a version or a head that somebody else has changed refuses the set") {
    Bench bench;
    const auto zone = bench.make(Zone{"north", "North", {}});
    Put change = put(Zone{"north", "Northern", {}}, zone);
    change.if_version = 1;
    bench.done({change});
    const auto no = bench.refused({change});
    CHECK(no.code == Errc::conflict);
    CHECK(bench.refused({Remove{Kind::zone, zone, 1}}).code == Errc::conflict);

    ChangeSet set;
    set.if_head = {bench.head().at};
    set.changes = {put(Zone{"south", "South", {}})};
    CHECK(std::holds_alternative<Committed>(bench.store->commits().commit(set, bench.admin, bench.now).value()));
    set.changes = {put(Zone{"west", "West", {}})};
    const auto stale = bench.store->commits().commit(set, bench.admin, bench.now).value();
    REQUIRE(std::holds_alternative<Refused>(stale));
    CHECK(std::get<Refused>(stale).code == Errc::conflict);
}

TEST_CASE("changing or removing what is not there names it") {
    Bench bench;
    CHECK(has_error(bench.refused({put(Zone{"north", "North", {}}, 77)}), "/changes/0/id", "not_found"));
    CHECK(has_error(bench.refused({Remove{Kind::zone, 77, {}}}), "/changes/0/id", "not_found"));
    const auto unit = bench.make(Unit{"A", {}, "", ""});
    CHECK(has_error(bench.refused({put(Zone{"north", "North", {}}, unit)}), "/changes/0/id", "not_found"));
}

TEST_CASE("a request repeated under its key happens once and has the same result, also after a restart") {
    Bench bench;
    const auto set = keyed("7b9c", {put(Zone{"north", "North", {}}), put(Unit{"A", {}, "", ""})});
    const auto first = std::get<Committed>(bench.store->commits().commit(set, bench.admin, bench.now).value());
    CHECK_FALSE(first.repeated);
    bench.permit("浙A12345");
    bench.reopen();
    auto again = std::get<Committed>(bench.store->commits().commit(set, bench.admin, bench.now).value());
    CHECK(again.repeated);
    again.repeated = false;
    CHECK(again == first);
    CHECK(bench.store->directory().count(Kind::zone, "yard").value() == 1);

    auto other = set;
    other.changes = {put(Zone{"south", "South", {}})};
    const auto no = bench.store->commits().commit(other, bench.admin, bench.now).value();
    REQUIRE(std::holds_alternative<Refused>(no));
    CHECK(std::get<Refused>(no).code == Errc::conflict);

    // somebody else's key is another key
    const Actor neighbour{2, "李", "10.0.0.9"};
    const auto his = bench.store->commits().commit(other, neighbour, bench.now).value();
    CHECK(std::holds_alternative<Committed>(his));
}

TEST_CASE("a refused request leaves its key free") {
    Bench bench;
    CHECK(std::holds_alternative<Refused>(
        bench.store->commits().commit(keyed("k", {put(Zone{"", "", {}})}), bench.admin, bench.now).value()));
    CHECK(std::holds_alternative<Committed>(
        bench.store->commits().commit(keyed("k", {put(Zone{"north", "N", {}})}), bench.admin, bench.now).value()));
}

TEST_CASE("a fingerprint of the request, where a service makes the changes out of it") {
    Bench bench;
    auto set = keyed("k", {put(Zone{"north", "N", {}})});
    set.fingerprint = "issue 浙A12345";
    REQUIRE(std::holds_alternative<Committed>(bench.store->commits().commit(set, bench.admin, bench.now).value()));
    auto known = bench.store->commits().repeated(bench.admin, "k", "issue 浙A12345").value();
    REQUIRE(known);
    CHECK(std::get<Committed>(*known).repeated);
    known = bench.store->commits().repeated(bench.admin, "k", "issue 浙A54321").value();
    REQUIRE(known);
    CHECK(std::holds_alternative<Refused>(*known));
    CHECK_FALSE(bench.store->commits().repeated(bench.admin, "other", "x").value());
}

TEST_CASE("kept results are forgotten after a week") {
    Bench bench;
    const auto set = keyed("k", {put(Zone{"north", "N", {}})});
    REQUIRE(bench.store->commits().commit(set, bench.admin, bench.now));
    bench.now.utc += std::chrono::days(8);
    bench.now.local += std::chrono::days(8);
    while (bench.store->commits().tend(bench.now).value()) {
    }
    CHECK_FALSE(bench.store->commits().repeated(bench.admin, "k", fingerprint(set)).value());
}

}  // namespace menshen::registry::test
