// Finding.
#include <set>

#include "bench.hpp"
#include "registry/fields.hpp"

namespace menshen::registry::test {

namespace {

std::set<Id> ids(const Page& page) {
    std::set<Id> all;
    for (const auto& entity : page.entities) all.insert(entity.id);
    return all;
}

}  // namespace

TEST_CASE("a permit is found by part of its plate, its holder, its unit, its number, and by an exact plate") {
    Bench bench;
    const auto unit = bench.make(Unit{"规划局", {}, "", ""});
    const auto person = bench.make(Person{"欧阳明", "1007", {}, "", ""}, "common");
    const auto first = bench.permit("浙A12345", "Zhang San");
    Permit permit;
    permit.unit = unit;
    permit.person = person;
    permit.number = "P-77";
    Credential credential;
    credential.permit = -1;
    credential.value = "浙A1X345";
    const auto second = bench.done({put(permit, -1), put(credential)}).changed[0].id;
    bench.permit("苏E88888", "100%");

    const auto found = [&](const std::string& words) {
        Query query;
        query.words = words;
        return ids(bench.store->directory().find(query).value());
    };
    CHECK(found("a12") == std::set{first});
    CHECK(found("345") == std::set{first, second});
    CHECK(found("zhang") == std::set{first});
    CHECK(found("欧阳") == std::set{second});
    CHECK(found("规划") == std::set{second});
    CHECK(found("p-77") == std::set{second});
    CHECK(found("%").size() == 1);
    CHECK(found("_").empty());
    Query query;
    query.look_up = look_up_key(CredentialKind::plate, "浙A12345");
    CHECK(ids(bench.store->directory().find(query).value()) == std::set{first});
    CHECK(bench.store->directory().is_presented("yard", query.look_up).value());
    CHECK_FALSE(bench.store->directory().is_presented("common", query.look_up).value());
    query = {};
    query.refers_to = person;
    CHECK(ids(bench.store->directory().find(query).value()) == std::set{second});
    query.words = "a1x";  // all that is asked for must fit
    CHECK(ids(bench.store->directory().find(query).value()) == std::set{second});
    query.words = "a12";
    CHECK(bench.store->directory().find(query)->entities.empty());
}

TEST_CASE("an entity is found by what is unique in its scope") {
    Bench bench;
    const auto zone = bench.make(Zone{"north", "North", {}});
    CHECK(bench.store->directory().find(Kind::zone, "yard", "north")->value().id == zone);
    CHECK_FALSE(bench.store->directory().find(Kind::zone, "common", "north")->has_value());
    CHECK_FALSE(bench.store->directory().find(Kind::gate, "yard", "north")->has_value());
    CHECK_FALSE(bench.store->directory().find(Kind::zone, "nowhere", "north")->has_value());
}

TEST_CASE("pages: newest first or by end, complete and without doubles, whatever is added meanwhile") {
    Bench bench;
    for (int i = 0; i < 25; ++i) {
        Permit permit;
        permit.valid_until = at("2026-12-01T00:00:00") + std::chrono::days(i % 5);
        bench.make(permit);
    }
    bench.make(Permit{});  // has no end
    for (const auto order : {Query::Order::newest, Query::Order::soonest_end}) {
        Query query;
        query.order = order;
        query.limit = 7;
        std::vector<Id> seen;
        LocalTime last{};
        for (int pages = 0; pages < 10; ++pages) {
            const auto page = bench.store->directory().find(query).value();
            for (const auto& entity : page.entities) {
                seen.push_back(entity.id);
                if (order == Query::Order::newest) continue;
                CHECK(*entity.as<Permit>().valid_until >= last);
                last = *entity.as<Permit>().valid_until;
            }
            query.after = page.next;
            if (page.next.empty()) break;
        }
        CHECK(seen.size() == (order == Query::Order::newest ? 26U : 25U));
        CHECK(std::set<Id>(seen.begin(), seen.end()).size() == seen.size());
    }
    Query query;
    query.after = "somewhere";
    CHECK(bench.store->directory().find(query).error().code == Errc::invalid);
    query = {};
    query.limit = max_page + 1;
    CHECK(bench.store->directory().find(query).error().code == Errc::invalid);
}

TEST_CASE("filters: scope, class, state, end") {
    Bench bench;
    REQUIRE(bench.store->commits().create_scope("dock", "The dock", bench.admin, bench.now));
    Permit permit;
    const auto here = bench.make(permit);
    const auto there = bench.make(permit, "dock");
    permit.permit_class = PermitClass::visitor;
    permit.valid_until = at("2026-12-01T00:00:00");
    permit.state = PermitState::suspended;
    const auto visitor = bench.make(permit);
    const auto found = [&](const std::function<void(Query&)>& narrow) {
        Query query;
        narrow(query);
        return ids(bench.store->directory().find(query).value());
    };
    CHECK(found([](Query& q) { q.scopes = {"yard"}; }) == std::set{here, visitor});
    CHECK(found([](Query& q) { q.scopes = {"dock", "common"}; }) == std::set{there});
    CHECK(found([](Query& q) { q.group = "visitor"; }) == std::set{visitor});
    CHECK(found([](Query& q) { q.state = "active"; }) == std::set{here, there});
    CHECK(found([](Query& q) { q.ends_before = at("2026-12-01T00:00:00"); }) == std::set{visitor});
    CHECK(found([](Query& q) { q.ends_after = at("2026-12-01T00:00:00"); }) == std::set{here, there});
    Query query;
    query.scopes = {"nowhere"};
    CHECK(bench.store->directory().find(query).error().code == Errc::not_found);
    CHECK(bench.store->directory().count(Kind::permit, "yard").value() == 2);
}

}  // namespace menshen::registry::test
