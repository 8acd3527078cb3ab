#include <fmt/format.h>

#include "names.hpp"
#include "registry/fields.hpp"

namespace menshen::registry {

namespace {

std::string words_of(std::initializer_list<std::string_view> texts) {
    std::string all;
    for (const auto text : texts) {
        if (text.empty()) continue;
        if (!all.empty()) all += ' ';
        all += folded(text);
    }
    return all;
}

std::optional<std::string> unless_empty(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

Facets facets(const Unit& unit) {
    return {unit.name, {}, words_of({unit.name, unit.phone}), {}, {}, {}, {}};
}
Facets facets(const Person& person) {
    return {{}, unless_empty(person.number), words_of({person.name, person.number, person.phone}), {}, {}, {}, {}};
}
Facets facets(const Vehicle& vehicle) {
    return {vehicle.plate,
            look_up_key(CredentialKind::plate, vehicle.plate),
            words_of({vehicle.plate, vehicle.model}),
            {},
            {},
            {},
            {}};
}
Facets facets(const Zone& zone) {
    return {zone.key, {}, words_of({zone.key, zone.name}), {}, {}, {}, {}};
}
Facets facets(const Gate& gate) {
    return {gate.key, {}, words_of({gate.key, gate.name, gate.place}), {}, name_in(gate_states, gate.state), {}, {}};
}
Facets facets(const AccessPoint& point) {
    return {point.key, {}, words_of({point.key, point.name}), name_in(access_kinds, point.kind), {}, {}, {}};
}
Facets facets(const Schedule& schedule) {
    return {schedule.name, {}, words_of({schedule.name}), {}, {}, {}, {}};
}
Facets facets(const Calendar& calendar) {
    return {calendar.name, {}, words_of({calendar.name}), {}, {}, {}, {}};
}
Facets facets(const Permit& permit) {
    return {{},
            unless_empty(permit.number),
            words_of({permit.holder, permit.number, permit.phone}),
            menshen::to_string(permit.permit_class),
            menshen::to_string(permit.state),
            permit.valid_from,
            permit.state == PermitState::cancelled ? permit.cancelled : permit.valid_until};
}
Facets facets(const Credential& credential) {
    return {
        fmt::format("{} {} {}", credential.permit.value_or(0), menshen::to_string(credential.kind), credential.value),
        look_up_key(credential.kind, credential.value),
        words_of({credential.value}),
        menshen::to_string(credential.kind),
        {},
        {},
        {}};
}
Facets facets(const Visit& visit) {
    auto words = words_of({visit.visitor, visit.phone});
    for (const auto& plate : visit.plates) words += " " + folded(plate);
    return {{}, {}, std::move(words), {}, name_in(visit_states, visit.state), visit.from, visit.until};
}
Facets facets(const Block& block) {
    return {fmt::format("{} {}", menshen::to_string(block.kind), block.plate),
            look_up_key(CredentialKind::plate, block.plate),
            words_of({block.plate, block.reason}),
            menshen::to_string(block.kind),
            {},
            {},
            block.until};
}

}  // namespace

Facets facets_of(const Value& value) {
    return std::visit([](const auto& each) { return facets(each); }, value);
}

std::string look_up_key(CredentialKind kind, std::string_view value) {
    return fmt::format("{}:{}", menshen::to_string(kind), value);
}

std::string folded(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace menshen::registry
