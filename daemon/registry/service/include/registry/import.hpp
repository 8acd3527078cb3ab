// Many permits at once, from a list: a dry run names duplicates, expired rows, confusable and blocked plates before
// anything changes. One transaction: all rows or none.
#pragma once

#include <string>
#include <vector>

#include "registry/permit_office.hpp"
#include "values/import_list.hpp"

namespace menshen::registry {

inline constexpr std::size_t max_import_rows = 60'000;  // a permit, a credential and perhaps a unit each

struct ImportReport : ImportFindings {
    std::optional<Committed> committed;
};

/// Identity is the plate: one that has an active permit in the scope (other than a visitor's) is changed, others are
/// added; nothing is removed. An Error, or a report with errors, has changed nothing.
/// The same rows again under the same idempotency key change nothing and report what the first time did.
[[nodiscard]] Result<ImportReport> import_permits(Store& store, const std::string& scope,
                                                  const std::vector<ImportRow>& rows, bool dry_run,
                                                  const Request& request, const Now& now);

}  // namespace menshen::registry
