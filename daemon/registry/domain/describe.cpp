#include "describe.hpp"

#include "names.hpp"

namespace menshen::registry {

namespace {

constexpr auto required = Presence::required;
constexpr auto maybe = Presence::optional;
constexpr std::size_t name_length = 64;
constexpr std::size_t phone_length = 32;
constexpr std::size_t note_length = 500;
constexpr int many = 1'000'000;

void fields(FieldVisitor& f, Unit& unit) {
    f.text("name", unit.name, required, name_length);
    f.reference("parent", unit.parent, Kind::unit, maybe);
    f.text("phone", unit.phone, maybe, phone_length);
    f.text("note", unit.note, maybe, note_length);
}

void fields(FieldVisitor& f, Person& person) {
    f.text("name", person.name, required, name_length);
    f.text("number", person.number, maybe, name_length);
    f.reference("unit", person.unit, Kind::unit, maybe);
    f.text("phone", person.phone, maybe, phone_length);
    f.text("note", person.note, maybe, note_length);
}

void fields(FieldVisitor& f, Vehicle& vehicle) {
    f.plate("plate", vehicle.plate);
    f.choice("colour", vehicle.colour, plate_colours);
    f.text("model", vehicle.model, maybe, name_length);
    f.reference("owner", vehicle.owner, Kind::person, maybe);
    f.reference("unit", vehicle.unit, Kind::unit, maybe);
    f.text("note", vehicle.note, maybe, note_length);
}

void fields(FieldVisitor& f, Zone& zone) {
    f.slug("key", zone.key);
    f.text("name", zone.name, required, name_length);
    f.number("capacity", zone.capacity, 0, many);
}

void fields(FieldVisitor& f, Gate& gate) {
    f.slug("key", gate.key);
    f.text("name", gate.name, required, name_length);
    f.text("place", gate.place, maybe, note_length);
    f.choice("state", gate.state, gate_states);
    f.text("note", gate.note, maybe, note_length);
}

void fields(FieldVisitor& f, AccessPoint& point) {
    f.slug("key", point.key);
    f.text("name", point.name, required, name_length);
    f.choice("kind", point.kind, access_kinds);
    f.choice("direction", point.direction, access_directions);
    f.reference("zone", point.zone, Kind::zone, maybe);
    f.reference("gate", point.gate, Kind::gate, maybe);
}

void fields(FieldVisitor& f, Schedule& schedule) {
    f.text("name", schedule.name, required, name_length);
    f.week("week", schedule.week);
    f.windows("holiday", schedule.holiday);
}

void fields(FieldVisitor& f, Calendar& calendar) {
    f.text("name", calendar.name, required, name_length);
    f.dates("holidays", calendar.days.holidays);
    f.make_up("make_up_workdays", calendar.days.make_up_workdays);
}

void fields(FieldVisitor& f, Permit& permit) {
    f.choice("class", permit.permit_class, permit_classes);
    f.choice("state", permit.state, permit_states);
    f.text("number", permit.number, maybe, name_length);
    f.reference("person", permit.person, Kind::person, maybe);
    f.text("holder", permit.holder, maybe, name_length);
    f.reference("unit", permit.unit, Kind::unit, maybe);
    f.text("phone", permit.phone, maybe, phone_length);
    f.text("note", permit.note, maybe, note_length);
    f.time("valid_from", permit.valid_from, maybe);
    f.time("valid_until", permit.valid_until, maybe);
    f.time("cancelled", permit.cancelled, maybe);
    f.reference("schedule", permit.schedule, Kind::schedule, maybe);
    f.references("zones", permit.zones, Kind::zone);
    f.references("access_points", permit.access_points, Kind::access_point);
    f.number("max_inside", permit.max_inside, 1, many);
    f.number("max_uses", permit.max_uses, 1, many);
    f.flag("escort", permit.escort);
    f.flag("order_required", permit.order_required);
}

void fields(FieldVisitor& f, Credential& credential) {
    f.reference("permit", credential.permit, Kind::permit, required);
    f.choice("kind", credential.kind, credential_kinds);
    f.text("value", credential.value, required, name_length);
    f.reference("vehicle", credential.vehicle, Kind::vehicle, maybe);
}

void fields(FieldVisitor& f, Visit& visit) {
    f.text("visitor", visit.visitor, required, name_length);
    f.text("phone", visit.phone, maybe, phone_length);
    f.number("people", visit.people, 1, 10'000);
    f.text("purpose", visit.purpose, maybe, note_length);
    f.reference("host", visit.host, Kind::person, maybe);
    f.reference("unit", visit.unit, Kind::unit, maybe);
    f.plates("plates", visit.plates);
    f.time("from", visit.from, required);
    f.time("until", visit.until, required);
    f.choice("state", visit.state, visit_states);
    f.reference("permit", visit.permit, Kind::permit, maybe);
}

void fields(FieldVisitor& f, Block& block) {
    f.choice("kind", block.kind, block_kinds);
    f.plate("plate", block.plate);
    f.text("reason", block.reason, required, note_length);
    f.time("until", block.until, maybe);
}

}  // namespace

void describe(FieldVisitor& visitor, Value& value) {
    std::visit([&](auto& each) { fields(visitor, each); }, value);
}

}  // namespace menshen::registry
