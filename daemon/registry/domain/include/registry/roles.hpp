// Who may do what. One table; tests and the server's endpoints go by it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace menshen::registry {

enum class Role {
    administrator,  // 系统管理员: people with accounts, gates, structure; also everything below
    issuer,         // 办证员: permits, visits, people
    reception,      // 前台: visits
    security,       // 保卫: blocks, events, alarms
    auditor,        // 审计: sees everything, changes nothing
};

enum class Operation {
    see_permits,       // permits, credentials, people, units, vehicles
    issue_permits,     // issue, change, replace, cancel; people, units, vehicles
    import_permits,    // many at once
    see_visits,        //
    book_visits,       // book, cancel
    see_blocks,        //
    change_blocks,     //
    see_structure,     // zones, access points, schedules, calendars
    change_structure,  //
    see_gates,         // which head each has, faults
    change_gates,      // add, revoke, enrolment codes
    see_events,        //
    see_pictures,      //
    close_alarms,      //
    see_audit,         //
    see_users,         //
    change_users,      // invite, change, remove
    change_scopes,     // new sites, new epochs
};

using Roles = std::vector<Role>;

/// Where a user may do it: names of scopes; "*" is every scope. `common` must be named (or "*") to change what is in
/// it; everybody with any scope may see it.
using Scopes = std::vector<std::string>;

[[nodiscard]] bool allows(Role role, Operation operation);
[[nodiscard]] bool allows(std::span<const Role> roles, Operation operation);
/// True if the operation is done on that scope.
[[nodiscard]] bool covers(const Scopes& scopes, std::string_view scope, Operation operation);
[[nodiscard]] bool changes_something(Operation operation);

[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::optional<Role> role_from(std::string_view key);
[[nodiscard]] std::string_view to_string(Operation operation);
[[nodiscard]] std::span<const Role> all_roles();
[[nodiscard]] std::span<const Operation> all_operations();

}  // namespace menshen::registry
