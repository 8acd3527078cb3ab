#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "tables/xlsx.hpp"
#include "values/plate.hpp"
#include "xlsx_archive.hpp"
#include "xlsx_cells.hpp"

namespace menshen::tables {

namespace {

namespace fs = std::filesystem;  // a zip's names are paths, too

using Attributes = XmlVisitor::Attributes;

constexpr std::size_t max_merged = 100'000;
constexpr std::size_t most_named = 10'000;  // sheets, and relations of a part

std::string attribute(const Attributes& attributes, std::string_view name) {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::string() : found->second;
}

/// A whole number from 0 on, or −1.
long number_of(const std::string& text) {
    long value = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} && end == text.data() + text.size() && value >= 0 ? value : -1;
}

/// The workbook itself: the sheets that are shown, in their order, and since when days count.
class WorkbookPart final : public XmlVisitor {
  public:
    Status begin(std::string_view element, const Attributes& attributes) override {
        if (element == "workbookPr") {
            const auto value = attribute(attributes, "date1904");
            since_1904 = value == "1" || value == "true";
        }
        const auto state = attribute(attributes, "state");
        const bool shown = state.empty() || state == "visible";
        if (element == "sheet" && shown) sheets.push_back(attribute(attributes, "id"));
        if (sheets.size() > most_named) return {Errc::invalid, "has too many sheets"};
        return {};
    }
    Status end(std::string_view) override { return {}; }
    Status text(std::string_view) override { return {}; }
    std::vector<std::string> sheets;  // their relations
    bool since_1904 = false;
};

/// Where the relations of a part lead.
class Relations {
  public:
    explicit Relations(std::string_view of) : folder_(fs::path(of).parent_path()) {}
    /// "xl/workbook.xml" → "xl/_rels/workbook.xml.rels", which says them.
    [[nodiscard]] static std::string file_of(std::string_view part) {
        const fs::path path(part);
        return (path.parent_path() / "_rels" / (path.filename().string() + ".rels")).generic_string();
    }
    Status add(const std::string& id, const std::string& type, const std::string& target) {
        all_.try_emplace(id, type, target);
        return all_.size() > most_named ? Status(Errc::invalid, "has too many relations") : Status();
    }
    /// The part that this relation names, if it is a worksheet: a chart, too, may be a sheet. Empty: it is not.
    [[nodiscard]] std::string worksheet(const std::string& id) const {
        const auto found = all_.find(id);
        if (found == all_.end()) return {};
        const auto& [type, target] = found->second;
        return type.empty() || type.ends_with("/worksheet") ? part_of(target) : std::string();
    }
    /// The first part of that kind; `usual` where none is named.
    [[nodiscard]] std::string of_type(std::string_view ending, std::string_view usual) const {
        for (const auto& [id, relation] : all_) {
            if (relation.first.ends_with(ending)) return part_of(relation.second);
        }
        return std::string(usual);
    }

  private:
    [[nodiscard]] std::string part_of(const std::string& target) const {
        if (target.starts_with('/')) return target.substr(1);
        return (folder_ / target).lexically_normal().generic_string();
    }
    fs::path folder_;
    std::map<std::string, std::pair<std::string, std::string>> all_;  // by id: type and target
};

class RelationsPart final : public XmlVisitor {
  public:
    explicit RelationsPart(Relations& relations) : relations_(relations) {}
    Status begin(std::string_view element, const Attributes& attributes) override {
        if (element != "Relationship") return {};
        return relations_.add(attribute(attributes, "Id"), attribute(attributes, "Type"),
                              attribute(attributes, "Target"));
    }
    Status end(std::string_view) override { return {}; }
    Status text(std::string_view) override { return {}; }

  private:
    Relations& relations_;
};

/// Which cell formats show dates.
class StylesPart final : public XmlVisitor {
  public:
    Status begin(std::string_view element, const Attributes& attributes) override {
        if (element == "numFmt" && is_date_format(std::string_view(attribute(attributes, "formatCode")))) {
            own_.insert(number_of(attribute(attributes, "numFmtId")));
        }
        if (element == "cellXfs") within_ = true;
        if (element == "xf" && within_) {
            const auto number = number_of(attribute(attributes, "numFmtId"));
            dates_.push_back(own_.contains(number) || is_date_format(static_cast<int>(std::min(number, 1000L))));
            if (dates_.size() > 100'000) return {Errc::invalid, "has too many formats"};
        }
        return {};
    }
    Status end(std::string_view element) override {
        if (element == "cellXfs") within_ = false;
        return {};
    }
    Status text(std::string_view) override { return {}; }
    [[nodiscard]] bool is_date(long style) const {
        return style >= 0 && static_cast<std::size_t>(style) < dates_.size() && dates_[static_cast<std::size_t>(style)];
    }

  private:
    std::set<long> own_;
    std::vector<bool> dates_;
    bool within_ = false;
};

/// Text that grows piece by piece, up to what a cell may hold.
class CellText {
  public:
    Status add(std::string_view piece) {
        if (text_.size() + piece.size() > max_cell * 4) return {Errc::invalid, "a cell has too long a text"};
        text_ += piece;
        return {};
    }
    [[nodiscard]] std::string take() { return std::exchange(text_, {}); }

  private:
    std::string text_;
};

/// Texts that cells name by number. Readings of Japanese (rPh) are none of them.
class StringsPart final : public XmlVisitor {
  public:
    Status begin(std::string_view element, const Attributes&) override {
        if (element == "rPh") reading_ = true;
        if (element == "t") within_ = !reading_;
        return {};
    }
    Status end(std::string_view element) override {
        if (element == "t") within_ = false;
        if (element == "rPh") reading_ = false;
        if (element == "si") {
            if (texts.size() >= max_cells) return {Errc::invalid, "has too many texts"};
            texts.push_back(plain_text(text_.take()));
        }
        return {};
    }
    Status text(std::string_view piece) override { return within_ ? text_.add(piece) : Status(); }
    std::vector<std::string> texts;

  private:
    CellText text_;
    bool within_ = false, reading_ = false;
};

/// "B2:C4": a merged cell.
struct Merged {
    std::size_t column = 0;
    long first = 0, last = 0;  // rows
};

std::optional<Merged> merged_in(std::string_view reference) {
    const auto colon = reference.find(':');
    const auto row_of = [](std::string_view cell) {
        cell.remove_prefix(std::min(cell.find_first_of("0123456789"), cell.size()));
        return number_of(std::string(cell));
    };
    if (colon == std::string_view::npos) return std::nullopt;
    const auto column = column_in(reference);
    const Merged merged{column.value_or(0), row_of(reference.substr(0, colon)), row_of(reference.substr(colon + 1))};
    const bool good = column && merged.first > 0 && merged.last >= merged.first;
    return good ? std::optional(merged) : std::nullopt;
}

/// A worksheet: rows of cells. What a merged cell covers is empty in the file, but for its first.
class SheetPart final : public XmlVisitor {
  public:
    SheetPart(const StylesPart& styles, const StringsPart& strings, bool since_1904, Csv& csv)
        : styles_(styles), strings_(strings), since_1904_(since_1904), csv_(csv) {}

    Status begin(std::string_view element, const Attributes& attributes) override {
        if (element == "row") return begin_row(attributes);
        if (element == "c") return begin_cell(attributes);
        if (element == "mergeCell") return add_merged(attribute(attributes, "ref"));
        if (element == "f" && in_cell_) formula_ = true;
        if (element == "rPh") reading_ = true;
        if (element == "v" || element == "t") within_ = in_cell_ && !reading_;
        return {};
    }
    Status end(std::string_view element) override {
        if (element == "v" || element == "t") within_ = false;
        if (element == "rPh") reading_ = false;
        if (element == "c" && in_cell_) return end_cell();
        if (element == "row") end_row();
        return {};
    }
    Status text(std::string_view piece) override { return within_ ? text_.add(piece) : Status(); }

    /// A cell over several rows is written down once and says the same in all of them: down its first column.
    Status fill_merged() {
        for (const auto& merged : merged_) {
            const auto from = std::lower_bound(csv_.records.begin(), csv_.records.end(), merged.first,
                                               [](const Record& record, long row) { return record.line < row; });
            if (from == csv_.records.end() || from->line != merged.first || from->fields.size() <= merged.column)
                continue;
            const auto value = from->fields[merged.column];
            for (auto to = from + 1; !value.empty() && to != csv_.records.end() && to->line <= merged.last; ++to) {
                if (auto done = fill(*to, merged.column, value); !done) return done;
            }
        }
        return {};
    }

  private:
    Status add_merged(const std::string& reference) {
        const auto merged = merged_in(reference);
        if (merged && merged->last > merged->first) merged_.push_back(*merged);
        return merged_.size() > max_merged ? Status(Errc::invalid, "has too many merged cells") : Status();
    }
    /// Counts what the table holds.
    Status count(long line, std::size_t cells, std::size_t bytes) {
        table_cells_ += cells;
        table_bytes_ += bytes;
        if (table_cells_ <= max_cells && table_bytes_ <= max_text) return {};
        return {Errc::invalid, fmt::format("row {}: the sheet holds too much", line)};
    }
    Status fill(Record& record, std::size_t column, const std::string& value) {
        const auto wider = column < record.fields.size() ? 0 : column + 1 - record.fields.size();
        if (auto done = count(record.line, wider + 1, value.size()); !done) return done;
        if (wider > 0) record.fields.resize(column + 1);
        record.fields[column] = value;
        return {};
    }
    Status begin_row(const Attributes& attributes) {
        const auto number = number_of(attribute(attributes, "r"));
        const auto line = number > 0 ? number : line_ + 1;
        if (line <= line_ || static_cast<std::size_t>(line) > max_sheet_rows) {
            return {Errc::invalid, fmt::format("row {} stands where none may be", line)};
        }
        line_ = line;
        record_ = {line, {}};
        next_ = 0;
        return {};
    }
    Status begin_cell(const Attributes& attributes) {
        const auto reference = attribute(attributes, "r");
        const auto column = reference.empty() ? std::optional(next_) : column_in(reference);
        if (line_ == 0 || !column) return {Errc::invalid, fmt::format("row {}: a cell without a place", line_)};
        if (++cells_ > max_cells) return {Errc::invalid, "the sheet has too many cells"};
        column_ = *column;
        next_ = column_ + 1;
        type_ = attribute(attributes, "t");
        style_ = number_of(attribute(attributes, "s"));
        in_cell_ = true;
        formula_ = false;
        return {};
    }
    Status end_cell() {
        in_cell_ = false;
        const auto written = text_.take();
        if (formula_ && written.empty() && type_ != "str") {
            return {
                Errc::invalid,
                fmt::format("row {}: a formula that was never calculated; open the workbook and save it again", line_)};
        }
        if (type_ == "s" && !is_shared(written)) {
            return {Errc::invalid, fmt::format("row {}: a text that is not in the workbook; it is damaged", line_)};
        }
        auto value = trimmed(meaning(written));
        if (value.empty()) return {};
        if (column_ >= max_sheet_columns) {
            return {Errc::invalid, fmt::format("row {}: more than {} columns", line_, max_sheet_columns)};
        }
        if (characters(value).size() > max_cell) {
            return {Errc::invalid, fmt::format("row {}: a cell has more than {} characters", line_, max_cell)};
        }
        const auto wider = column_ < record_.fields.size() ? 0 : column_ + 1 - record_.fields.size();
        if (auto done = count(line_, wider, value.size()); !done) return done;
        if (wider > 0) record_.fields.resize(column_ + 1);
        record_.fields[column_] = std::move(value);
        return {};
    }
    void end_row() {
        if (!record_.fields.empty()) csv_.records.push_back(std::move(record_));
        record_ = {};
    }
    /// An empty cell may bear that type, too.
    [[nodiscard]] bool is_shared(const std::string& value) const {
        const auto at = value.empty() ? 0 : number_of(value);
        return value.empty() || (at >= 0 && static_cast<std::size_t>(at) < strings_.texts.size());
    }
    [[nodiscard]] std::string meaning(const std::string& value) const {
        if (type_ == "s") return value.empty() ? value : strings_.texts[static_cast<std::size_t>(number_of(value))];
        if (!type_.empty() && type_ != "n") return plain_text(value);
        return styles_.is_date(style_) ? date_text(value, since_1904_) : number_text(value);
    }

    const StylesPart& styles_;
    const StringsPart& strings_;
    bool since_1904_;
    Csv& csv_;
    Record record_;
    long line_ = 0;
    std::size_t next_ = 0, column_ = 0, cells_ = 0;
    std::size_t table_cells_ = 0, table_bytes_ = 0;
    std::vector<Merged> merged_;
    long style_ = -1;
    std::string type_;
    CellText text_;
    bool in_cell_ = false, within_ = false, reading_ = false, formula_ = false;
};

/// One sheet's parts, by their names in the zip.
struct Parts {
    std::string sheet, strings, styles;
    bool since_1904 = false;
};

/// Of the workbook's file itself where `part` is empty; one without them has its parts where they usually are.
Result<Relations> relations_of(Archive& archive, std::string_view part) {
    Relations relations(part);
    RelationsPart reading(relations);
    const auto file = Relations::file_of(part);
    if (part.empty() && !archive.has(file)) return relations;
    if (auto done = archive.walk(file, reading); !done) return done.error();
    return relations;
}

/// The first worksheet that is shown.
Result<Parts> find_parts(Archive& archive) {
    const auto whole = relations_of(archive, "");
    if (!whole) return whole.error();
    const auto name = whole->of_type("/officeDocument", "xl/workbook.xml");
    WorkbookPart workbook;
    if (auto done = archive.walk(name, workbook); !done) return done.error();
    const auto relations = relations_of(archive, name);
    if (!relations) return relations.error();
    Parts parts{{},
                relations->of_type("/sharedStrings", "xl/sharedStrings.xml"),
                relations->of_type("/styles", "xl/styles.xml"),
                workbook.since_1904};
    for (const auto& id : workbook.sheets) {
        if (parts.sheet.empty()) parts.sheet = relations->worksheet(id);
    }
    if (parts.sheet.empty()) return {Errc::invalid, "the workbook has no sheet that is shown"};
    return parts;
}

}  // namespace

bool is_workbook(std::string_view bytes) {
    return bytes.starts_with("PK\x03\x04");
}

Result<Csv> parse_xlsx(std::string_view bytes) {
    auto archive = Archive::open(bytes);
    if (!archive) return archive.error();
    const auto parts = find_parts(*archive);
    if (!parts) return parts.error();
    StylesPart styles;
    StringsPart strings;
    Status done;
    if (archive->has(parts->styles)) done = archive->walk(parts->styles, styles);
    if (done && archive->has(parts->strings)) done = archive->walk(parts->strings, strings);
    if (!done) return done.error();
    Csv csv;
    csv.encoding = "XLSX";
    SheetPart sheet(styles, strings, parts->since_1904, csv);
    if (done = archive->walk(parts->sheet, sheet); !done) return done.error();
    if (done = sheet.fill_merged(); !done) return done.error();
    return csv;
}

}  // namespace menshen::tables
