#include "stage.hpp"

#include <fmt/format.h>

#include <utility>

#include "rows.hpp"
#include "values/plate.hpp"

namespace menshen::whitelist {

namespace {

// In the columns of times NULL is what the file does not say; this stands for its saying "none".
constexpr std::int64_t no_time = INT64_MIN;

constexpr const char* table =
    "CREATE TABLE staged (plate TEXT NOT NULL, line INTEGER NOT NULL, number INTEGER NOT NULL, class TEXT, holder "
    "TEXT, "
    "unit TEXT, phone TEXT, note TEXT, valid_from INTEGER, valid_until INTEGER, PRIMARY KEY (plate, line, number)) "
    "STRICT, WITHOUT ROWID";

void remove_files(const std::filesystem::path& file) {
    std::error_code ignored;
    for (const char* part : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(file.string() + part, ignored);
}

using MaybeTime = std::optional<std::optional<LocalTime>>;

std::optional<std::int64_t> column_of(const MaybeTime& time) {
    if (!time) return std::nullopt;
    return *time ? number_of(**time) : no_time;
}

MaybeTime time_from(const std::optional<std::int64_t>& column) {
    if (!column) return std::nullopt;
    return *column == no_time ? MaybeTime(std::optional<LocalTime>{}) : MaybeTime(local_time(column));
}

StagedRow row_from(const store::Statement& query) {
    StagedRow staged;
    staged.plate = query.text(0);
    staged.row.line = query.integer(1);
    staged.number = query.integer(2);
    if (!query.is_null(3)) {
        if (const auto permit_class = permit_class_from(query.text(3))) staged.row.permit_class = *permit_class;
    }
    int column = 4;
    for (auto* text : {&staged.row.holder, &staged.row.unit, &staged.row.phone, &staged.row.note}) {
        if (!query.is_null(column)) *text = std::string(query.text(column));
        ++column;
    }
    staged.row.valid_from = time_from(query.maybe_integer(8));
    staged.row.valid_until = time_from(query.maybe_integer(9));
    return staged;
}

}  // namespace

ImportStage::Impl::~Impl() {
    for (auto* statement : {&insert, &slice, &line}) *statement = {};
    database.reset();
    if (!file.empty()) remove_files(file);
}

Result<std::vector<StagedRow>> ImportStage::Impl::next(StageCursor& cursor, int limit) {
    std::vector<StagedRow> found;
    slice.bind(1, std::string_view(cursor.plate)).bind(2, cursor.line).bind(3, cursor.number).bind(4, limit);
    for (;;) {
        auto row = slice.step();
        if (!row) return row.error();
        if (!*row) break;
        found.push_back(row_from(slice));
    }
    if (!found.empty()) cursor = {found.back().plate, found.back().row.line, found.back().number};
    return found;
}

Result<std::optional<std::int64_t>> ImportStage::Impl::line_of(std::string_view plate) {
    auto row = line.bind(1, plate).step();
    if (!row) return row.error();
    if (!*row) return std::optional<std::int64_t>{};
    const auto found = line.maybe_integer(0);
    line.reset();
    return found;
}

Status ImportStage::Impl::put(const ImportRow& row, std::string_view plate) {
    insert.bind(1, plate).bind(2, row.line).bind(3, ++staged);
    if (row.permit_class) {
        insert.bind(4, to_string(*row.permit_class));
    } else {
        insert.bind_null(4);
    }
    int column = 5;
    for (const auto* text : {&row.holder, &row.unit, &row.phone, &row.note}) {
        if (*text) {
            insert.bind(column, std::string_view(**text));
        } else {
            insert.bind_null(column);
        }
        ++column;
    }
    return insert.bind(9, column_of(row.valid_from)).bind(10, column_of(row.valid_until)).run();
}

Result<ImportStage> ImportStage::open(const std::filesystem::path& file) {
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    if (!file.empty()) remove_files(file);
    store::Options options;
    options.role = store::Role::scratch;
    options.most_bytes = max_stage_bytes;
    auto database = store::Database::open(file.empty() ? ":memory:" : file, options);
    if (!database) return database.error();
    impl->database.emplace(std::move(database).value());
    if (auto done = impl->database->execute(table); !done) return done.error();
    const std::pair<store::Statement*, const char*> all[] = {
        {&impl->insert, "INSERT INTO staged VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
        {&impl->slice,
         "SELECT * FROM staged WHERE (plate, line, number) > (?1, ?2, ?3) ORDER BY plate, line, number LIMIT ?4"},
        {&impl->line, "SELECT line FROM staged WHERE plate = ?1 ORDER BY line LIMIT 1"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = impl->database->prepare(sql);
        if (!prepared) return prepared.error();
        *statement = std::move(prepared).value();
    }
    return ImportStage(std::move(impl));
}

ImportStage::ImportStage(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ImportStage::ImportStage(ImportStage&&) noexcept = default;
ImportStage& ImportStage::operator=(ImportStage&&) noexcept = default;
ImportStage::~ImportStage() = default;

Status ImportStage::add(std::span<const ImportRow> rows) {
    auto& me = *impl_;
    me.rows += static_cast<std::int64_t>(rows.size());
    if (me.rows > static_cast<std::int64_t>(max_import_rows)) {
        return {Errc::invalid, fmt::format("{} rows in one import; at most {}", me.rows, max_import_rows)};
    }
    auto transaction = store::Transaction::begin(*me.database);
    if (!transaction) return transaction.error();
    for (const auto& row : rows) {
        auto plate = Plate::parse(row.plate);
        if (!plate) {
            me.unreadable.note(row.line, ProblemLevel::error, "plate", plate.error().message);
        } else if (auto done = me.put(row, plate->text()); !done) {
            return done;
        }
    }
    return transaction->commit();
}

std::int64_t ImportStage::rows() const {
    return impl_->rows;
}

}  // namespace menshen::whitelist
