// What is inside an ImportStage.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "whitelist/import_stage.hpp"

namespace menshen::whitelist {

/// A row that can be read, by its normalised plate.
struct StagedRow {
    std::string plate;
    std::int64_t number = 0;  // in the order of arrival
    ImportRow row;            // without the plate as written
};

/// Where a walk through the stage is.
struct StageCursor {
    std::string plate;
    std::int64_t line = 0, number = 0;
};

struct ImportStage::Impl {
    ~Impl();
    /// The next rows by plate, then line; moves the cursor behind them. Empty: there are no more.
    [[nodiscard]] Result<std::vector<StagedRow>> next(StageCursor& cursor, int limit);
    /// The first line with that plate.
    [[nodiscard]] Result<std::optional<std::int64_t>> line_of(std::string_view plate);
    [[nodiscard]] Status put(const ImportRow& row, std::string_view plate);

    std::filesystem::path file;
    std::optional<store::Database> database;
    store::Statement insert, slice, line;
    std::int64_t rows = 0;
    std::int64_t staged = 0;
    ImportReport unreadable;  // problems of rows that could not be staged
};

}  // namespace menshen::whitelist
