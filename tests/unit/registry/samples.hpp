// One of each kind of entity, with every field filled.
#pragma once

#include <vector>

#include "registry/entities.hpp"

namespace menshen::registry::test {

inline LocalTime at(const char* local) {
    return parse_local(local).value();
}

inline LocalDate day(const char* date) {
    return parse_date(date).value();
}

inline Permit full_permit() {
    Permit permit;
    permit.permit_class = PermitClass::contractor;
    permit.state = PermitState::active;
    permit.number = "P-77";
    permit.person = 11;
    permit.holder = "张三";
    permit.unit = 12;
    permit.phone = "0574-1234";
    permit.note = "roof, \"north\"";
    permit.valid_from = at("2026-11-01T00:00:00");
    permit.valid_until = at("2027-01-01T00:00:00");
    permit.schedule = 13;
    permit.zones = {14, 15};
    permit.access_points = {16};
    permit.max_inside = 2;
    permit.max_uses = 40;
    permit.escort = true;
    permit.order_required = true;
    return permit;
}

inline std::vector<Value> one_of_each() {
    Schedule schedule{"office hours", {}, {{540, 720}}};
    schedule.week[0] = {{480, 720}, {780, 1080}};
    schedule.week[4] = {{1320, 360}};
    Calendar calendar{"2026", {{day("2026-10-01"), day("2026-10-02")}, {{day("2026-10-10"), 3}}}};
    Visit visit;
    visit.visitor = "李四";
    visit.people = 3;
    visit.plates = {"浙A12345"};
    visit.from = at("2026-11-22T09:00:00");
    visit.until = at("2026-11-22T12:00:00");
    visit.permit = 9;
    return {Unit{"规划局", 3, "0574", "second floor"},
            Person{"张三", "1007", 3, "138", "note"},
            Vehicle{"浙A12345", PlateColour::blue, "VW", 4, 3, ""},
            Zone{"north", "North yard", 40},
            Gate{"gate-1", "Main gate", "East road", GateState::active, ""},
            AccessPoint{"in", "Entry", AccessKind::lane, AccessDirection::in, 5, 6},
            schedule,
            calendar,
            full_permit(),
            Credential{9, CredentialKind::card, "00A1B2C3", 8},
            visit,
            Block{BlockKind::hold, "浙A99999", "unpaid", at("2027-01-01T00:00:00")}};
}

}  // namespace menshen::registry::test
