#include "registry/roles.hpp"

#include <algorithm>
#include <array>

#include "values/names.hpp"

namespace menshen::registry {

namespace {

constexpr Names<Role, 5> role_names{{{Role::administrator, "administrator"},
                                     {Role::issuer, "issuer"},
                                     {Role::reception, "reception"},
                                     {Role::security, "security"},
                                     {Role::auditor, "auditor"}}};

/// One letter a role, in the order of Role: A administrator, I issuer, R reception, S security, U auditor.
struct Rule {
    Operation operation;
    std::string_view key;
    std::string_view roles;
};

constexpr std::array rules{
    Rule{Operation::see_permits, "see_permits", "AIRSU"},
    Rule{Operation::issue_permits, "issue_permits", "AI---"},
    Rule{Operation::import_permits, "import_permits", "AI---"},
    Rule{Operation::see_visits, "see_visits", "AIRSU"},
    Rule{Operation::book_visits, "book_visits", "AIR--"},
    Rule{Operation::see_blocks, "see_blocks", "AI-SU"},
    Rule{Operation::change_blocks, "change_blocks", "A--S-"},
    Rule{Operation::see_structure, "see_structure", "AIRSU"},
    Rule{Operation::change_structure, "change_structure", "A----"},
    Rule{Operation::see_gates, "see_gates", "A--SU"},
    Rule{Operation::change_gates, "change_gates", "A----"},
    Rule{Operation::see_events, "see_events", "A--SU"},
    Rule{Operation::see_pictures, "see_pictures", "A--SU"},
    Rule{Operation::close_alarms, "close_alarms", "A--S-"},
    Rule{Operation::see_audit, "see_audit", "A---U"},
    Rule{Operation::see_users, "see_users", "A---U"},
    Rule{Operation::change_users, "change_users", "A----"},
    Rule{Operation::change_scopes, "change_scopes", "A----"},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i].operation != static_cast<Operation>(i) || rules[i].roles.size() != role_names.size()) return false;
    }
    return true;
}
static_assert(in_order());

const Rule& rule_of(Operation operation) {
    return rules.at(static_cast<std::size_t>(operation));
}

constexpr auto roles_listed = [] {
    std::array<Role, role_names.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = role_names[i].first;
    return all;
}();
constexpr auto operations_listed = [] {
    std::array<Operation, rules.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = rules[i].operation;
    return all;
}();

}  // namespace

bool allows(Role role, Operation operation) {
    return rule_of(operation).roles.at(static_cast<std::size_t>(role)) != '-';
}

bool allows(std::span<const Role> roles, Operation operation) {
    return std::ranges::any_of(roles, [&](Role role) { return allows(role, operation); });
}

bool changes_something(Operation operation) {
    return !rule_of(operation).key.starts_with("see_");
}

bool covers(const Scopes& scopes, std::string_view scope, Operation operation) {
    const auto named = [&](std::string_view name) { return std::ranges::find(scopes, name) != scopes.end(); };
    if (named("*") || named(scope)) return true;
    return scope == "common" && !scopes.empty() && !changes_something(operation);
}

std::string_view to_string(Role role) {
    return name_in(role_names, role);
}
std::optional<Role> role_from(std::string_view key) {
    return value_in(role_names, key);
}
std::string_view to_string(Operation operation) {
    return rule_of(operation).key;
}
std::span<const Role> all_roles() {
    return roles_listed;
}
std::span<const Operation> all_operations() {
    return operations_listed;
}

}  // namespace menshen::registry
