#include "registry/entities.hpp"

#include "names.hpp"

namespace menshen::registry {

namespace {

template <std::size_t... I>
Value value_at(std::size_t index, std::index_sequence<I...>) {
    Value value;
    ((index == I ? static_cast<void>(value.emplace<I>()) : static_cast<void>(0)), ...);
    return value;
}

}  // namespace

static_assert(std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(Kind::permit), Value>, Permit>);
static_assert(std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(Kind::block), Value>, Block>);
static_assert(std::variant_size_v<Value> == kinds.size());

Value empty_value(Kind kind) {
    return value_at(static_cast<std::size_t>(kind), std::make_index_sequence<std::variant_size_v<Value>>());
}

std::string_view to_string(Kind kind) {
    return name_in(kinds, kind);
}

std::optional<Kind> kind_from(std::string_view key) {
    return value_in(kinds, key);
}

}  // namespace menshen::registry
