#include "tables/list_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "values/plate.hpp"

namespace menshen::tables {

namespace {

enum class Field { plate, holder, unit, phone, permit_class, valid_from, valid_until, note };

constexpr std::array<std::pair<std::string_view, Field>, 43> names = {{
    {"车牌号", Field::plate},
    {"车牌号码", Field::plate},
    {"车牌", Field::plate},
    {"号牌", Field::plate},
    {"号牌号码", Field::plate},
    {"车号", Field::plate},
    {"plate", Field::plate},
    {"license", Field::plate},
    {"姓名", Field::holder},
    {"车主", Field::holder},
    {"车主姓名", Field::holder},
    {"持证人", Field::holder},
    {"holder", Field::holder},
    {"name", Field::holder},
    {"单位", Field::unit},
    {"部门", Field::unit},
    {"所属单位", Field::unit},
    {"unit", Field::unit},
    {"department", Field::unit},
    {"电话", Field::phone},
    {"联系电话", Field::phone},
    {"手机", Field::phone},
    {"手机号", Field::phone},
    {"phone", Field::phone},
    {"类别", Field::permit_class},
    {"证件类型", Field::permit_class},
    {"类型", Field::permit_class},
    {"class", Field::permit_class},
    {"有效期", Field::valid_until},
    {"有效期至", Field::valid_until},
    {"到期日期", Field::valid_until},
    {"截止日期", Field::valid_until},
    {"到期时间", Field::valid_until},
    {"valid_until", Field::valid_until},
    {"有效期起", Field::valid_from},
    {"有效期自", Field::valid_from},
    {"起始日期", Field::valid_from},
    {"开始日期", Field::valid_from},
    {"生效日期", Field::valid_from},
    {"valid_from", Field::valid_from},
    {"备注", Field::note},
    {"note", Field::note},
    {"说明", Field::note},
}};

std::optional<Field> field_of(std::string_view header) {
    std::string name;
    for (const auto c : characters(header.substr(0, std::min(header.find('('), header.find("（"))))) {
        if (c == " " || c == "\xE3\x80\x80" || c == "*" || c == "\n") continue;
        name += c.size() == 1 && c[0] >= 'A' && c[0] <= 'Z' ? std::string(1, static_cast<char>(c[0] - 'A' + 'a'))
                                                            : std::string(c);
    }
    const auto at = std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.first == name; });
    return at != names.end() ? std::optional(at->second) : std::nullopt;
}

using Columns = std::map<Field, std::size_t>;

/// The header is the first of the first ten records that names a plate's column: sheets often begin with a title.
Result<std::size_t> find_header(const Csv& csv) {
    for (std::size_t i = 0; i < std::min<std::size_t>(csv.records.size(), 10); ++i) {
        for (const auto& cell : csv.records[i].fields) {
            if (field_of(cell) == Field::plate) return i;
        }
    }
    return {Errc::invalid,
            "no column is named 车牌号 (or 车牌, 号牌, plate); the first line must name the columns, for example: "
            "车牌号,姓名,单位,电话,类别,有效期至,备注"};
}

Result<Columns> read_header(const Record& header, ListFile& list) {
    Columns columns;
    for (std::size_t i = 0; i < header.fields.size(); ++i) {
        if (header.fields[i].empty()) continue;
        const auto field = field_of(header.fields[i]);
        if (!field) {
            list.problems.push_back(
                {header.line, false, "column", fmt::format("column '{}' is not used", header.fields[i])});
        } else if (!columns.emplace(*field, i).second) {
            return {Errc::invalid, fmt::format("line {}: two columns mean the same as '{}'; remove one", header.line,
                                               header.fields[i])};
        }
    }
    return columns;
}

/// One row and what is wrong with it.
class RowReader {
  public:
    RowReader(const Record& record, const Columns& columns, ListFile& list)
        : record_(record), columns_(columns), list_(list) {}

    std::optional<Row> read() {
        row_.line = record_.line;
        auto plate = Plate::parse(cell(Field::plate).value_or(""));
        if (plate) {
            row_.plate = plate->text();
        } else {
            say("plate", plate.error().message);
        }
        row_.holder = cell(Field::holder);
        row_.unit = cell(Field::unit);
        row_.phone = cell(Field::phone);
        row_.note = cell(Field::note);
        read_class();
        row_.valid_from = validity(Field::valid_from, false);
        row_.valid_until = validity(Field::valid_until, true);
        const auto from = row_.valid_from.value_or(std::nullopt);
        const auto until = row_.valid_until.value_or(std::nullopt);
        if (from && until && *from >= *until) say("date", "it begins after it has ended; turn the two dates round");
        return failed_ ? std::nullopt : std::optional(std::move(row_));
    }

  private:
    std::optional<std::string> cell(Field field) const {
        const auto column = columns_.find(field);
        if (column == columns_.end()) return std::nullopt;
        return column->second < record_.fields.size() ? record_.fields[column->second] : std::string();
    }
    void say(std::string kind, std::string text) {
        failed_ = true;
        list_.problems.push_back({record_.line, true, std::move(kind), std::move(text)});
    }
    void read_class() {
        const auto text = cell(Field::permit_class).value_or("");
        if (text.empty()) return;
        auto permit_class = permit_class_from(text);
        if (!permit_class) return say("class", permit_class.error().message);
        row_.permit_class = *permit_class;
    }
    std::optional<std::optional<LocalTime>> validity(Field field, bool end) {
        const auto text = cell(field);
        if (!text) return std::nullopt;
        auto time = read_validity(*text, end);
        if (!time) return say("date", time.error().message), std::nullopt;
        return *time;
    }

    const Record& record_;
    const Columns& columns_;
    ListFile& list_;
    Row row_;
    bool failed_ = false;
};

}  // namespace

Result<ListFile> read_list(const Csv& csv, LocalTime today) {
    ListFile list;
    list.encoding = csv.encoding;
    auto header = find_header(csv);
    if (!header) return header.error();
    auto columns = read_header(csv.records[*header], list);
    if (!columns) return columns.error();
    std::unordered_map<std::string, std::int64_t> seen;
    for (std::size_t i = *header + 1; i < csv.records.size(); ++i) {
        ++list.rows_in_file;
        auto row = RowReader(csv.records[i], *columns, list).read();
        if (!row) continue;
        const auto [first, is_new] = seen.emplace(row->plate, row->line);
        if (!is_new) {
            list.problems.push_back(
                {row->line, true, "duplicate",
                 fmt::format("{} stands already in line {}; keep one of the two", row->plate, first->second)});
            continue;
        }
        const auto until = row->valid_until.value_or(std::nullopt);
        if (until && *until <= today) {
            list.problems.push_back(
                {row->line, false, "expired",
                 fmt::format("{} ended at {}: it is imported but not admitted", row->plate, format_local(*until))});
        }
        list.rows.push_back(std::move(*row));
    }
    return list;
}

}  // namespace menshen::tables
