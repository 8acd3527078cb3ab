// The fields of entities: as JSON, checked, and what they refer to. One description of each kind of entity
// (describe.cpp) serves all of it.
#pragma once

#include <boost/json/object.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "registry/entities.hpp"
#include "registry/field_error.hpp"

namespace menshen::registry {

/// Every field, in a fixed order: none is null, times "2026-11-22T08:30:00", enums their stable keys.
[[nodiscard]] boost::json::object to_json(const Value& value);
/// {id, kind, scope, version, value: the fields}
[[nodiscard]] boost::json::object to_json(const Entity& entity);

enum class Strictness {
    sent,    // by somebody: a field that we do not know is a mistake (most likely a misspelt one)
    stored,  // by a newer release perhaps: what we do not know is left alone
};
/// Absent fields keep what `value` has, so that an empty value reads a whole entity and a filled one takes a change.
/// Only shapes are judged here, see check().
[[nodiscard]] FieldErrors read_fields(const boost::json::object& object, Value& value,
                                      Strictness strictness = Strictness::sent);

/// Normalises (plates, blanks around texts, order of dates and lists) and judges everything that can be judged without
/// a store.
[[nodiscard]] FieldErrors check(Value& value);

struct Reference {
    std::string_view field;  // its key
    Kind to;
    Id* id;  // may be given another id in place
};
void each_reference(Value& value, const std::function<void(const Reference&)>& visit);

/// What a store finds entities by, besides id, kind, scope and references.
struct Facets {
    std::optional<std::string> unique_key;  // at most one entity of the kind in the scope has it
    std::optional<std::string> look_up;     // exact: "plate:浙A12345", "card:00A1B2C3"; people's and permits' numbers
    std::string words;                      // what people search parts of: names, numbers, plates; ASCII in lower case
    std::string_view group;                 // PermitClass, CredentialKind, BlockKind … by its key
    std::string_view state;                 // by its key; empty where there is none
    std::optional<LocalTime> from, until;
};
[[nodiscard]] Facets facets_of(const Value& value);
/// A look_up facet.
[[nodiscard]] std::string look_up_key(CredentialKind kind, std::string_view value);
/// Text as `words` holds it.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace menshen::registry
