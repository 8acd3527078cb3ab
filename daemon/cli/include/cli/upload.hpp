// A list on its way to the gate: in parts, so that neither side ever holds all of it in one message. The rows stay at
// the gate from a dry run to the import itself, or until the connection ends.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/admin_client.hpp"
#include "cli/report.hpp"
#include "tables/list_file.hpp"

namespace menshen::cli {

using Progress = std::function<void(std::size_t done, std::size_t of)>;

/// A row as gate and registry read it; a column that the file does not have is left out.
[[nodiscard]] boost::json::object to_json(const tables::Row& row);

class Upload {
  public:
    /// Begins and sends all rows. Errc::unavailable, Errc::timeout: no gate, or it went away; Errc::denied: in its own
    /// words why not.
    [[nodiscard]] static Result<Upload> send(AdminClient& client, const std::vector<tables::Row>& rows,
                                             const Progress& progress);

    /// What would change, and everything that the gate finds wrong.
    [[nodiscard]] Result<GateReport> check(const Progress& progress) { return finish(true, progress); }
    /// All rows or none.
    [[nodiscard]] Result<GateReport> commit(const Progress& progress) { return finish(false, progress); }

  private:
    Upload(AdminClient& client, std::size_t rows) : client_(client), rows_(rows) {}
    [[nodiscard]] Result<GateReport> finish(bool dry_run, const Progress& progress);
    AdminClient& client_;
    std::size_t rows_;
};

}  // namespace menshen::cli
