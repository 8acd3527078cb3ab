// Who changed what, and that nobody changed that.
#include <boost/json/parse.hpp>

#include "bench.hpp"

namespace menshen::registry::test {

TEST_CASE("every change has one entry, with what was before and after and why") {
    Bench bench;
    const auto zone = bench.make(Zone{"north", "North", {}});
    ChangeSet set;
    set.changes = {put(Zone{"north", "Northern", 40}, zone)};
    set.action = "zone.change";
    set.why = "a \"new\" sign";
    REQUIRE(bench.store->commits().commit(set, bench.admin, bench.now));
    bench.done({Remove{Kind::zone, zone, {}}});

    AuditQuery query;
    query.subject = zone;
    const auto entries = bench.store->audit().find(query).value();
    REQUIRE(entries.size() == 3);
    const auto& change = entries[1];
    CHECK(change.action == "zone.change");
    CHECK(change.actor == bench.admin);
    CHECK(change.scope == "yard");
    CHECK(change.kind == "zone");
    const auto body = boost::json::parse(change.body.value()).as_object();
    CHECK(body.at("before").at("name") == "North");
    CHECK(body.at("after").at("capacity") == 40);
    CHECK(body.at("why") == "a \"new\" sign");
    CHECK(boost::json::parse(entries[0].body.value()).at("after").is_null());
    CHECK(boost::json::parse(entries[2].body.value()).at("before").is_null());
}

TEST_CASE("the chain is whole, over restarts, and its head moves") {
    Bench bench;
    bench.permit("浙A12345");
    const auto before = bench.store->audit().verify().value();
    CHECK(before.whole);
    CHECK(before.entries == 4);  // two scopes, a permit, a credential
    bench.reopen();
    bench.permit("浙A54321");
    const auto after = bench.store->audit().verify().value();
    CHECK(after.whole);
    CHECK(after.entries == 6);
    CHECK(after.head != before.head);
}

TEST_CASE("entries are found by user and action, newest first, in pages") {
    Bench bench;
    for (int i = 0; i < 5; ++i) bench.permit("浙A1234" + std::to_string(i));
    AuditQuery query;
    query.action = "test";
    query.limit = 4;
    const auto first = bench.store->audit().find(query).value();
    REQUIRE(first.size() == 4);
    CHECK(first[0].number > first[3].number);
    query.before = first[3].number;
    query.limit = 100;
    CHECK(bench.store->audit().find(query)->size() == 6);
    query = {};
    query.user = 99;
    CHECK(bench.store->audit().find(query)->empty());
    query.limit = 0;
    CHECK(bench.store->audit().find(query).error().code == Errc::invalid);
}

}  // namespace menshen::registry::test
