// The rows of one import, on their way into the list: kept in a file of their own, sorted by plate, so that a list of a
// million rows takes no memory to speak of, and checked and written in slices. On the writer's thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "values/result.hpp"
#include "whitelist/import.hpp"

namespace menshen::whitelist {

class ImportStage {
  public:
    /// What lies at `file` is replaced; empty = in memory. Nothing there survives the stage, and nothing of it matters
    /// after a crash. Errc::io: the folder cannot be written.
    [[nodiscard]] static Result<ImportStage> open(const std::filesystem::path& file = {});
    ImportStage(ImportStage&&) noexcept;
    ImportStage& operator=(ImportStage&&) noexcept;
    ~ImportStage();

    /// In any order; fastest in the order of the plates. Bad plates are noted for the report. Errc::invalid: more than
    /// max_import_rows in all. Errc::exhausted: more than max_stage_bytes, or the disk is full. After an error the
    /// stage is good for nothing.
    [[nodiscard]] Status add(std::span<const ImportRow> rows);

    /// Rows added, the bad ones too.
    [[nodiscard]] std::int64_t rows() const;

    struct Impl;
    [[nodiscard]] Impl& impl() { return *impl_; }

  private:
    explicit ImportStage(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

inline constexpr std::int64_t max_stage_bytes = 1LL << 30;  // a million rows of usual length take about 100 MiB

}  // namespace menshen::whitelist
