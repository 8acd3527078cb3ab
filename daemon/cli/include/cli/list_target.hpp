// Where a list of permits is imported: a gate's own list, or a registry.
#pragma once

#include <functional>
#include <iosfwd>
#include <vector>

#include "cli/commands.hpp"
#include "cli/report.hpp"
#include "cli/upload.hpp"
#include "tables/list_file.hpp"
#include "values/permit.hpp"

namespace menshen::cli {

/// A bar for a part of the work, by its name.
using MakeProgress = std::function<Progress(Bilingual what)>;

class ListTarget {
  public:
    ListTarget() = default;
    ListTarget(const ListTarget&) = delete;
    ListTarget& operator=(const ListTarget&) = delete;
    virtual ~ListTarget() = default;

    /// What would change, and everything that is wrong; changes nothing.
    [[nodiscard]] virtual Result<GateReport> compare(const std::vector<tables::Row>& rows, const MakeProgress& bar) = 0;
    /// The rows of the last compare().
    [[nodiscard]] virtual Result<GateReport> commit(const std::vector<tables::Row>& rows, const MakeProgress& bar) = 0;
    /// Says it on `err`; the exit code.
    virtual int fail(const Error& error, std::ostream& err) = 0;
    [[nodiscard]] virtual Bilingual question() const = 0;
};

int run_import(const ImportOptions& options, ListTarget& target, std::istream& in, std::ostream& out,
               std::ostream& err);
/// Of a list that is read already; options.file is what it is called.
int run_import(const ImportOptions& options, tables::ListFile list, ListTarget& target, std::istream& in,
               std::ostream& out, std::ostream& err);

}  // namespace menshen::cli
