// The wire contract: these bytes are what gates have and digest. A change here is a change of every list in the field.
#include "registry/feed_rows.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <map>

#include "samples.hpp"
#include "values/json.hpp"

namespace menshen::registry::test {

namespace {

class Shelf : public Lookup {
  public:
    Result<const Entity*> find(Id id) override {
        const auto found = entities.find(id);
        return found != entities.end() ? &found->second : nullptr;
    }
    void with(Id id, Value value) { entities[id] = {id, "yard", 1, std::move(value)}; }
    std::map<Id, Entity> entities;
};

struct FullShelf : Shelf {
    FullShelf() {
        with(9, full_permit());
        with(11, Person{"欧阳明", "", {}, "", ""});
        with(12, Unit{"规划局", {}, "", ""});
        with(13, Schedule{"office hours", {}, {}});
        with(14, Zone{"south", "S", {}});
        with(15, Zone{"north", "N", {}});
        with(16, AccessPoint{"in", "Entry", AccessKind::lane, AccessDirection::in, {}, {}});
        with(5, Zone{"yard", "Y", {}});
        with(6, Gate{"gate-1", "G", "", GateState::active, ""});
    }
};

const LocalTime noon = at("2026-11-22T12:00:00");

std::string body(const Value& value, Lookup& lookup, LocalTime now = noon) {
    const auto made = feed_body({77, "yard", 1, value}, lookup, now);
    REQUIRE(made);
    return made->value_or("none");
}

template <class T>
T read_back(const std::string& text) {
    auto read = from_json<T>(boost::json::parse(text));
    if (!read) FAIL(read.error().message);
    return std::move(read).value();
}

}  // namespace

TEST_CASE(
    "permit: exact bytes; names of person, unit and zones stand in it; limits that not every build knows are "
    "critical") {
    FullShelf all;
    CHECK(
        body(full_permit(), all) ==
        R"({"id":77,"scope":"yard","permit_class":"contractor","state":"active","holder":"欧阳明","unit":"规划局",)"
        R"("phone":"0574-1234","note":"roof, \"north\"","valid_from":"2026-11-01T00:00:00",)"
        R"("valid_until":"2027-01-01T00:00:00","schedule_id":13,"zones":["north","south"],"max_inside":2,"max_uses":40,)"
        R"("escort":true,"order_required":true,"access_points":["in"],"crit":["access_points"]})");
    CHECK(
        body(Permit{}, all) ==
        R"({"id":77,"scope":"yard","permit_class":"parking","state":"active","holder":"","unit":"","phone":"","note":"",)"
        R"("valid_from":null,"valid_until":null,"schedule_id":null,"zones":[],"max_inside":null,"max_uses":null,)"
        R"("escort":false,"order_required":false})");
}

TEST_CASE("the other kinds: exact bytes") {
    FullShelf all;
    CHECK(body(Credential{9, CredentialKind::card, "00A1B2C3", {}}, all) ==
          R"({"id":77,"kind":"card","value":"00A1B2C3","permit_id":9})");
    CHECK(body(Block{BlockKind::hold, "浙A99999", "unpaid", {}}, all) ==
          R"({"id":77,"scope":"yard","kind":"hold","plate":"浙A99999","reason":"unpaid","until":null})");
    CHECK(body(Zone{"north", "North yard", 40}, all) == R"({"id":77,"key":"north","name":"North yard","capacity":40})");
    CHECK(body(AccessPoint{"in", "Entry", AccessKind::lane, AccessDirection::both, 5, 6}, all) ==
          R"({"id":77,"key":"in","name":"Entry","kind":"lane","direction":"both","zone":"yard","gate":"gate-1"})");
    Schedule schedule{"office", {}, {{540, 720}}};
    schedule.week[1] = {{480, 1080}};
    CHECK(
        body(schedule, all) ==
        R"({"id":77,"name":"office","week":[[],[{"from":480,"to":1080}],[],[],[],[],[]],"holiday":[{"from":540,"to":720}]})");
    CHECK(body(Calendar{"2026", {{day("2026-10-01")}, {{day("2026-10-10"), 3}}}}, all) ==
          R"({"holidays":["2026-10-01"],"make_up_workdays":[{"date":"2026-10-10","weekday":3}]})");
}

TEST_CASE("gates read every body as the values that they decide with") {
    FullShelf all;
    auto permit = read_back<menshen::Permit>(body(full_permit(), all));
    CHECK(permit.zones == std::vector<std::string>{"north", "south"});
    CHECK(permit.access_points == std::vector<std::string>{"in"});
    CHECK(permit.unknown_critical.empty());  // whoever applies rows fills it from `crit`
    CHECK(permit.max_uses == 40);
    CHECK(read_back<menshen::Credential>(body(Credential{9, CredentialKind::plate, "浙A12345", {}}, all)).permit_id ==
          9);
    CHECK(read_back<menshen::Block>(body(Block{BlockKind::watch, "浙A99999", "", {}}, all)).kind == BlockKind::watch);
    CHECK(read_back<menshen::Schedule>(body(Schedule{"s", {}, {}}, all)).id == 77);
    CHECK(read_back<menshen::Calendar>(body(Calendar{"c", {{day("2026-10-01")}, {}}}, all)).holidays.size() == 1);
    CHECK(read_back<menshen::Permit>(body(Permit{}, all)).unknown_critical.empty());
}

TEST_CASE("what has no place in the feed: other kinds, and what ended 30 days ago") {
    FullShelf all;
    for (const auto& value : one_of_each()) {
        if (!has_feed_row(kind_of(value))) CHECK(body(value, all) == "none");
    }
    const auto end = at("2027-01-01T00:00:00");
    CHECK(body(full_permit(), all, end + shown_after_end - seconds(1)) != "none");
    CHECK(body(full_permit(), all, end + shown_after_end) == "none");
    CHECK(body(Credential{9, CredentialKind::card, "00A1B2C3", {}}, all, end + shown_after_end) == "none");
    auto cancelled = full_permit();
    cancelled.state = PermitState::cancelled;
    cancelled.cancelled = noon;
    CHECK(body(cancelled, all, noon).find(R"("state":"cancelled")") != std::string::npos);
    CHECK(body(cancelled, all, noon + shown_after_end) == "none");
    CHECK(body(Block{BlockKind::block, "浙A99999", "r", noon}, all, noon + shown_after_end) == "none");
}

TEST_CASE("a body that names what is not there is not made at all") {
    Shelf empty;
    CHECK(feed_body({77, "yard", 1, full_permit()}, empty, noon).error().code == Errc::corrupt);
}

}  // namespace menshen::registry::test
