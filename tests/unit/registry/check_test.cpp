// What is wrong with an entity, without a store.
#include <doctest/doctest.h>

#include <algorithm>

#include "registry/fields.hpp"
#include "samples.hpp"

namespace menshen::registry::test {

namespace {

bool finds(Value value, const std::string& pointer, const std::string& code) {
    const auto errors = check(value);
    return std::ranges::any_of(errors, [&](const FieldError& e) { return e.pointer == pointer && e.code == code; });
}

bool sound(Value value) {
    return check(value).empty();
}

Permit of_class(PermitClass permit_class) {
    Permit permit;
    permit.permit_class = permit_class;
    return permit;
}

}  // namespace

TEST_CASE("plates, cards and codes are normalised or refused") {
    Value value = Credential{1, CredentialKind::plate, "浙 a·12345 ", {}};
    CHECK(check(value).empty());
    CHECK(std::get<Credential>(value).value == "浙A12345");
    value = Credential{1, CredentialKind::card, "00a1b2c3", {}};
    CHECK(check(value).empty());
    CHECK(std::get<Credential>(value).value == "00A1B2C3");
    CHECK(finds(Credential{1, CredentialKind::plate, "浙A1", {}}, "/value", "plate"));
    CHECK(finds(Credential{1, CredentialKind::card, "12G4", {}}, "/value", "format"));
    CHECK(finds(Credential{1, CredentialKind::qr, "short", {}}, "/value", "format"));
    CHECK(finds(Credential{1, CredentialKind::pin, "123456", {}}, "/kind", "choice"));
    CHECK(finds(Credential{{}, CredentialKind::card, "1234", {}}, "/permit", "required"));
    CHECK(finds(Vehicle{"x", PlateColour::unknown, "", {}, {}, ""}, "/plate", "plate"));
}

TEST_CASE("texts: blanks around go, what must be there is, lengths count characters") {
    Value value = Unit{"  规划局 ", {}, "", ""};
    CHECK(check(value).empty());
    CHECK(std::get<Unit>(value).name == "规划局");
    CHECK(finds(Unit{" ", {}, "", ""}, "/name", "required"));
    std::string name;
    for (int i = 0; i < 64; ++i) name += "局";
    CHECK(sound(Unit{name, {}, "", ""}));
    CHECK(finds(Unit{name + "局", {}, "", ""}, "/name", "too_long"));
    CHECK(finds(Unit{"a\nb", {}, "", ""}, "/name", "format"));
    CHECK(finds(Zone{"North yard", "N", {}}, "/key", "format"));
    CHECK(finds(Zone{"north", "N", -1}, "/capacity", "out_of_range"));
}

TEST_CASE("permits: an end after the beginning, and one at all for those who only pass") {
    auto permit = full_permit();
    permit.valid_until = permit.valid_from;
    CHECK(finds(permit, "/valid_until", "order"));
    for (const auto c : {PermitClass::visitor, PermitClass::group_visit, PermitClass::temporary}) {
        CHECK(finds(of_class(c), "/valid_until", "required"));
    }
    for (const auto c : {PermitClass::staff, PermitClass::parking, PermitClass::pass, PermitClass::committee,
                         PermitClass::official_car, PermitClass::contractor, PermitClass::emergency}) {
        CHECK(sound(of_class(c)));
    }
    permit = full_permit();
    permit.valid_until = at("2101-01-01T00:00:00");
    CHECK(finds(permit, "/valid_until", "out_of_range"));
    permit = full_permit();
    permit.zones = {15, 14, 15};
    Value value = permit;
    CHECK(check(value).empty());
    CHECK(std::get<Permit>(value).zones == std::vector<Id>{14, 15});
}

TEST_CASE("visits, schedules and calendars") {
    Visit visit;
    visit.visitor = "李四";
    CHECK(finds(visit, "/from", "required"));
    visit.from = at("2026-11-22T09:00:00");
    visit.until = at("2026-11-22T08:00:00");
    CHECK(finds(visit, "/until", "order"));
    visit.until = at("2027-11-22T08:00:00");
    CHECK(finds(visit, "/until", "out_of_range"));
    visit.until = at("2026-11-22T12:00:00");
    visit.plates = {"浙A12345", "no plate"};
    CHECK(finds(visit, "/plates/1", "plate"));

    Schedule schedule{"s", {}, {}};
    schedule.week[2] = {{480, 1441}};
    CHECK(finds(schedule, "/week/2", "out_of_range"));
    Calendar calendar{"2026", {{day("2026-10-01")}, {{day("2026-10-01"), 3}}}};
    CHECK(finds(calendar, "/make_up_workdays", "duplicate"));
    calendar.days.make_up_workdays = {{day("2026-10-10"), 7}};
    CHECK(finds(calendar, "/make_up_workdays/0/weekday", "out_of_range"));
    calendar.days.make_up_workdays = {{day("2026-10-10"), 1}, {day("2026-10-10"), 2}};
    CHECK(finds(calendar, "/make_up_workdays/1", "duplicate"));
}

TEST_CASE("names of scopes") {
    CHECK(check_scope_name("yard-2").ok());
    for (const char* bad : {"", "local", "Yard", "a_b", "a b"}) CHECK_FALSE(check_scope_name(bad).ok());
}

}  // namespace menshen::registry::test
