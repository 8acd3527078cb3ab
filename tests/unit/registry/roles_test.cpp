// Roles × operations, written out: whoever changes the table changes it here, too, and sees what he gives away.
#include "registry/roles.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace menshen::registry::test {

TEST_CASE("the matrix of roles and operations") {
    std::string table;
    for (const auto operation : all_operations()) {
        table += fmt::format("{:<17}", to_string(operation));
        for (const auto role : all_roles()) table += allows(role, operation) ? " x" : " .";
        table += "\n";
    }
    //                            administrator, issuer, reception, security, auditor
    CHECK(table ==
          "see_permits       x x x x x\n"
          "issue_permits     x x . . .\n"
          "import_permits    x x . . .\n"
          "see_visits        x x x x x\n"
          "book_visits       x x x . .\n"
          "see_blocks        x x . x x\n"
          "change_blocks     x . . x .\n"
          "see_structure     x x x x x\n"
          "change_structure  x . . . .\n"
          "see_gates         x . . x x\n"
          "change_gates      x . . . .\n"
          "see_events        x . . x x\n"
          "see_pictures      x . . x x\n"
          "close_alarms      x . . x .\n"
          "see_audit         x . . . x\n"
          "see_users         x . . . x\n"
          "change_users      x . . . .\n"
          "change_scopes     x . . . .\n");
}

TEST_CASE("an auditor changes nothing; nobody without a role does anything") {
    for (const auto operation : all_operations()) {
        if (changes_something(operation)) CHECK_FALSE(allows(Role::auditor, operation));
        CHECK_FALSE(allows(Roles{}, operation));
        CHECK(allows(Roles{Role::auditor, Role::administrator}, operation));
    }
}

TEST_CASE("scopes: one's own, all of them, and common to look at") {
    const Scopes mine{"yard"};
    CHECK(covers(mine, "yard", Operation::issue_permits));
    CHECK_FALSE(covers(mine, "dock", Operation::see_permits));
    CHECK(covers(mine, "common", Operation::see_blocks));
    CHECK_FALSE(covers(mine, "common", Operation::change_blocks));
    CHECK(covers({"*"}, "common", Operation::change_blocks));
    CHECK_FALSE(covers({}, "common", Operation::see_blocks));
    CHECK_FALSE(covers({}, "yard", Operation::see_blocks));
}

TEST_CASE("keys of roles are read back") {
    for (const auto role : all_roles()) CHECK(role_from(to_string(role)) == role);
    CHECK_FALSE(role_from("root"));
}

}  // namespace menshen::registry::test
