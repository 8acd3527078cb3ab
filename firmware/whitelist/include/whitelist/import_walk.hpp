// One walk through the staged rows of an import against the list: a check, or the writing itself.
#pragma once

#include <cstdint>
#include <memory>

#include "values/result.hpp"
#include "whitelist/import_stage.hpp"

namespace menshen::whitelist {

struct Tables;

/// The check of a stage in slices: between them the writer's thread may do other work. The stage must outlive it; the
/// list may change meanwhile, and each row is judged against the list of its moment (the commit judges all of them
/// again).
class ImportCheck {
  public:
    ImportCheck(Tables& tables, ImportStage& stage);
    ImportCheck(ImportCheck&&) noexcept;
    ImportCheck& operator=(ImportCheck&&) noexcept;
    ~ImportCheck();

    /// A slice of a few milliseconds. False: it was the last one.
    [[nodiscard]] Result<bool> step();
    /// Rows looked at so far.
    [[nodiscard]] std::int64_t done() const;
    /// After the last step.
    [[nodiscard]] ImportReport report();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen::whitelist
