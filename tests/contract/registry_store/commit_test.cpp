// One change set, one transaction.
#include <boost/json/parse.hpp>

#include "bench.hpp"
#include "values/json.hpp"

namespace menshen::registry::test {

TEST_CASE("what a change set makes can refer to itself by negative ids, and shares one s") {
    Bench bench;
    const auto before = bench.head().at;
    Permit permit;
    permit.unit = -1;
    permit.zones = {-2};
    permit.holder = "张三";
    Credential credential;
    credential.permit = -3;
    credential.value = "浙 a·12345";
    const auto committed = bench.done({put(credential), put(permit, -3), put(Unit{"规划局", {}, "", ""}, -1),
                                       put(Zone{"north", "North yard", 40}, -2)});
    REQUIRE(committed.changed.size() == 4);
    for (const auto& changed : committed.changed) CHECK(changed.version == 1);
    REQUIRE(committed.heads.size() == 1);
    CHECK(committed.heads[0] == Position{"yard", before.epoch, before.seq + 1});
    CHECK(bench.head().at == committed.heads[0]);

    const auto rows = bench.snapshot();
    CHECK(rows.size() == 3);  // a unit has none
    const auto permit_id = committed.changed[1].id;
    const auto carried = from_json<menshen::Permit>(boost::json::parse(rows.at({"permit", permit_id}))).value();
    CHECK(carried.id == permit_id);
    CHECK(carried.scope == "yard");
    CHECK(carried.unit == "规划局");
    CHECK(carried.zones == std::vector<std::string>{"north"});
    const auto plate =
        from_json<menshen::Credential>(boost::json::parse(rows.at({"credential", committed.changed[0].id}))).value();
    CHECK(plate.value == "浙A12345");
    CHECK(plate.permit_id == permit_id);
    CHECK(bench.store->directory().find(permit_id)->value().as<Permit>().zones ==
          std::vector<Id>{committed.changed[3].id});
}

TEST_CASE("ids are never given twice, also after removal and over a restart") {
    Bench bench;
    const auto first = bench.make(Unit{"A", {}, "", ""});
    bench.done({Remove{Kind::unit, first, {}}});
    bench.reopen();
    CHECK(bench.make(Unit{"B", {}, "", ""}) > first);
}

TEST_CASE("a change reaches the rows of whatever shows it, and no others") {
    Bench bench;
    const auto unit = bench.make(Unit{"规划局", {}, "", ""});
    Permit permit;
    permit.unit = unit;
    const auto shown = bench.make(permit);
    bench.permit("浙A12345");
    const auto before = bench.head().at;
    const auto rows = bench.snapshot();
    bench.done({put(Unit{"自然资源局", {}, "", ""}, unit)});
    const auto now = bench.snapshot();
    CHECK(bench.head().at.seq == before.seq + 1);
    CHECK(now.at({"permit", shown}).find("自然资源局") != std::string::npos);
    CHECK(bench.after_changes(rows, before) == now);
    int different = 0;
    for (const auto& [key, body] : now) different += rows.at(key) != body ? 1 : 0;
    CHECK(different == 1);
}

TEST_CASE("what changes no row of the feed moves no head; what changes nothing has no new version") {
    Bench bench;
    const auto unit = bench.make(Unit{"规划局", {}, "", ""});
    const auto before = bench.head().at;
    CHECK(bench.done({put(Unit{"规划局", {}, "0574", ""}, unit)}).heads.empty());
    CHECK(bench.head().at == before);
    const auto last = bench.store->audit().find({})->at(0).number;
    const auto again = bench.done({put(Unit{"规划局", {}, "0574", ""}, unit)});
    CHECK(again.changed[0].version == 2);
    CHECK(bench.store->audit().find({})->at(0).number == last);
}

TEST_CASE("a removed entity leaves a tombstone and takes nothing else with it") {
    Bench bench;
    const auto permit = bench.permit("浙A12345");
    bench.permit("浙A54321");
    const auto before = bench.head().at;
    const auto rows = bench.snapshot();
    Query query;
    query.kind = Kind::credential;
    query.refers_to = permit;
    const auto credential = bench.store->directory().find(query)->entities.at(0).id;

    const auto no = bench.refused({Remove{Kind::permit, permit, {}}});
    CHECK(has_error(no, "/changes/0", "referred_to"));
    CHECK(bench.snapshot() == rows);

    bench.done({Remove{Kind::permit, permit, {}}, Remove{Kind::credential, credential, {}}});
    CHECK(bench.snapshot().size() == 2);
    CHECK(bench.after_changes(rows, before) == bench.snapshot());
    CHECK_FALSE(bench.store->directory().find(permit)->has_value());
}

TEST_CASE("one field that is wrong, and nothing of the set happens") {
    Bench bench;
    const auto rows = bench.snapshot();
    const auto next = bench.make(Unit{"A", {}, "", ""}) + 1;
    Permit turned;
    turned.valid_from = at("2027-01-01T00:00:00");
    turned.valid_until = at("2026-01-01T00:00:00");
    turned.unit = 999'999;
    Credential bad;
    bad.permit = -7;
    bad.value = "浙A1";
    const auto no = bench.refused({put(Unit{"B", {}, "", ""}), put(turned, -1), put(bad)});
    CHECK(no.code == Errc::invalid);
    CHECK(has_error(no, "/changes/1/valid_until", "order"));
    CHECK(has_error(no, "/changes/2/value", "plate"));
    CHECK(has_error(no, "/changes/2/permit", "reference"));
    CHECK(bench.snapshot() == rows);
    CHECK(bench.make(Unit{"B", {}, "", ""}) == next);  // not even an id is used up
}

TEST_CASE("references stay in their scope or point to common, and name what is there") {
    Bench bench;
    REQUIRE(bench.store->commits().create_scope("dock", "The dock", bench.admin, bench.now));
    const auto foreign = bench.make(Zone{"north", "North", {}}, "dock");
    const auto shared = bench.make(Schedule{"office hours", {}, {}}, "common");
    Permit permit;
    permit.zones = {foreign};
    CHECK(has_error(bench.refused({put(permit)}), "/changes/0/zones", "scope"));
    permit.zones = {shared};
    CHECK(has_error(bench.refused({put(permit)}), "/changes/0/zones", "reference"));
    permit.zones.clear();
    permit.schedule = shared;
    CHECK(bench.make(permit) > 0);
    CHECK(has_error(bench.refused({put(permit, 0, "nowhere")}), "/changes/0/scope", "scope"));
    const auto unit = bench.make(Unit{"A", {}, "", ""});
    CHECK(has_error(bench.refused({put(Unit{"A", {}, "", ""}, unit, "dock")}), "/changes/0/scope", "scope"));
}

TEST_CASE("what must be unique is, within its scope; a key that is freed in the same set can be taken") {
    Bench bench;
    const auto zone = bench.make(Zone{"north", "North", {}});
    CHECK(has_error(bench.refused({put(Zone{"north", "Again", {}})}), "/changes/0", "duplicate"));
    CHECK(bench.make(Zone{"north", "North", {}}, "common") > 0);
    const auto committed = bench.done({put(Zone{"north", "New", {}}), Remove{Kind::zone, zone, {}}});
    CHECK(committed.changed[0].version == 1);
    CHECK(committed.changed[1] == Changed{Kind::zone, zone, 0});
    CHECK(has_error(bench.refused({put(Zone{"south", "S", {}}), put(Zone{"south", "S", {}})}), "/changes/1",
                    "duplicate"));
}

TEST_CASE("one set changes an entity once") {
    Bench bench;
    const auto zone = bench.make(Zone{"north", "North", {}});
    CHECK(has_error(bench.refused({put(Zone{"north", "A", {}}, zone), Remove{Kind::zone, zone, {}}}), "/changes/1/id",
                    "duplicate"));
    CHECK(has_error(bench.refused({put(Zone{"a", "A", {}}, -1), put(Zone{"b", "B", {}}, -1)}), "/changes/1/id",
                    "duplicate"));
}

TEST_CASE("a key that cannot sign, and nothing happens") {
    Bench bench;
    const auto rows = bench.snapshot();
    const auto head = bench.head().at;
    bench.heads.fails = true;
    ChangeSet set;
    set.changes = {put(Zone{"north", "North", {}})};
    const auto outcome = bench.store->commits().commit(set, bench.admin, bench.now);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::unavailable);
    bench.heads.fails = false;
    CHECK(bench.snapshot() == rows);
    CHECK(bench.head().at == head);
    Query query;
    query.kind = Kind::zone;
    CHECK(bench.store->directory().find(query)->entities.empty());
    CHECK(bench.store->audit().verify()->whole);
    bench.make(Zone{"north", "North", {}});
}

}  // namespace menshen::registry::test
