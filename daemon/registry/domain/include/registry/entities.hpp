// What the registry keeps: units, people, vehicles, permits and what they refer to. Plain values.
//
// Every entity has an id given by the registry (one counter for all kinds, never reused), belongs to one scope, and has
// a version that rises by one with each change. References name ids; they stay inside the scope or point to `common`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "values/permit.hpp"
#include "values/plate.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::registry {

using Id = std::int64_t;  // > 0; within one change set also < 0, for what the same set makes

/// One site, or this one, which every gate gets besides its own.
inline constexpr std::string_view common_scope = "common";
/// [a-z0-9-]{1,32}, and not "local", which is the gates' own.
[[nodiscard]] Status check_scope_name(std::string_view name);

/// 单位
struct Unit {
    std::string name;  // unique within the scope
    std::optional<Id> parent;
    std::string phone;
    std::string note;
    friend bool operator==(const Unit&, const Unit&) = default;
};

struct Person {
    std::string name;
    std::string number;  // of the staff card or the like; may be empty
    std::optional<Id> unit;
    std::string phone;
    std::string note;
    friend bool operator==(const Person&, const Person&) = default;
};

struct Vehicle {
    std::string plate;  // normalised; unique within the scope
    PlateColour colour = PlateColour::unknown;
    std::string model;
    std::optional<Id> owner;  // a person
    std::optional<Id> unit;
    std::string note;
    friend bool operator==(const Vehicle&, const Vehicle&) = default;
};

struct Zone {
    std::string key;  // as site files name it; unique within the scope
    std::string name;
    std::optional<int> capacity;  // cars
    friend bool operator==(const Zone&, const Zone&) = default;
};

enum class GateState { active, revoked };

/// One gate box. It gets its scope's rows and those of `common`.
struct Gate {
    std::string key;  // unique within the scope
    std::string name;
    std::string place;
    GateState state = GateState::active;
    std::string note;
    friend bool operator==(const Gate&, const Gate&) = default;
};

enum class AccessKind { lane, door, turnstile, canteen, meeting };
enum class AccessDirection { in, out, both };

struct AccessPoint {
    std::string key;  // a lane's id in the site file; unique within the scope
    std::string name;
    AccessKind kind = AccessKind::lane;
    AccessDirection direction = AccessDirection::in;
    std::optional<Id> zone;  // it leads into
    std::optional<Id> gate;
    friend bool operator==(const AccessPoint&, const AccessPoint&) = default;
};

using Week = std::array<std::vector<Window>, 7>;  // 0 Monday

struct Schedule {
    std::string name;  // unique within the scope
    Week week;
    std::vector<Window> holiday;
    friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// Holidays and make-up workdays (调休), usually one for each year.
struct Calendar {
    std::string name;  // unique within the scope
    menshen::Calendar days;
    friend bool operator==(const Calendar&, const Calendar&) = default;
};

struct Permit {
    PermitClass permit_class = PermitClass::parking;
    PermitState state = PermitState::active;
    std::string number;        // 证号, as printed; may be empty
    std::optional<Id> person;  // the holder, where the registry knows him
    std::string holder;        // his name otherwise
    std::optional<Id> unit;
    std::string phone;
    std::string note;
    std::optional<LocalTime> valid_from;   // inclusive; none = since ever
    std::optional<LocalTime> valid_until;  // exclusive; none = permanent
    std::optional<LocalTime> cancelled;    // when, if it was
    std::optional<Id> schedule;            // none = at any hour
    std::vector<Id> zones;                 // none = every zone of the scope
    std::vector<Id> access_points;         // none = every one of those zones
    std::optional<int> max_inside;         // 一位多车
    std::optional<int> max_uses;
    bool escort = false;
    bool order_required = false;  // official car: leaves only with an approved order
    friend bool operator==(const Permit&, const Permit&) = default;
};

struct Credential {
    std::optional<Id> permit;  // always there in the store
    CredentialKind kind = CredentialKind::plate;
    std::string value;  // normalised: a plate's text; a card's number as upper-case hex or decimal digits
    std::optional<Id> vehicle;
    friend bool operator==(const Credential&, const Credential&) = default;
};

enum class VisitState { booked, cancelled };

/// An appointment (访客预约). Its permit lets the visitor in; both are booked and cancelled together.
struct Visit {
    std::string visitor;
    std::string phone;
    std::optional<int> people;  // in all; none = one
    std::string purpose;
    std::optional<Id> host;  // a person
    std::optional<Id> unit;  // visited
    std::vector<std::string> plates;
    std::optional<LocalTime> from;   // always there in the store
    std::optional<LocalTime> until;  // exclusive; always there in the store
    VisitState state = VisitState::booked;
    std::optional<Id> permit;
    friend bool operator==(const Visit&, const Visit&) = default;
};

struct Block {
    BlockKind kind = BlockKind::block;
    std::string plate;
    std::string reason;
    std::optional<LocalTime> until;  // exclusive
    friend bool operator==(const Block&, const Block&) = default;
};

/// In the order of Value.
enum class Kind : std::uint8_t {
    unit,
    person,
    vehicle,
    zone,
    gate,
    access_point,
    schedule,
    calendar,
    permit,
    credential,
    visit,
    block
};

using Value =
    std::variant<Unit, Person, Vehicle, Zone, Gate, AccessPoint, Schedule, Calendar, Permit, Credential, Visit, Block>;

[[nodiscard]] inline Kind kind_of(const Value& value) {
    return static_cast<Kind>(value.index());
}
/// An empty value of that kind, to be filled.
[[nodiscard]] Value empty_value(Kind kind);

struct Entity {
    Id id = 0;
    std::string scope;
    std::int64_t version = 0;  // 1 when it is made
    Value value;
    [[nodiscard]] Kind kind() const { return kind_of(value); }
    template <class T>
    [[nodiscard]] const T& as() const {
        return std::get<T>(value);
    }
    friend bool operator==(const Entity&, const Entity&) = default;
};

[[nodiscard]] std::string_view to_string(Kind kind);
[[nodiscard]] std::optional<Kind> kind_from(std::string_view key);

}  // namespace menshen::registry
