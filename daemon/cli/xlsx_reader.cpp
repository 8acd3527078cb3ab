#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "cli/xlsx.hpp"
#include "values/plate.hpp"
#include "xlsx_archive.hpp"
#include "xlsx_cells.hpp"

namespace menshen::cli {

namespace {

using Attributes = XmlVisitor::Attributes;

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

/// xl/workbook.xml: the sheets in their order, and since when days count.
class WorkbookPart final : public XmlVisitor {
  public:
    Status begin(std::string_view element, const Attributes& attributes) override {
        if (element == "workbookPr") {
            const auto value = attribute(attributes, "date1904");
            since_1904 = value == "1" || value == "true";
        }
        const auto state = attribute(attributes, "state");
        const bool shown = state.empty() || state == "visible";
        if (element == "sheet" && shown && sheet.empty()) sheet = attribute(attributes, "id");
        return {};
    }
    Status end(std::string_view) override { return {}; }
    Status text(std::string_view) override { return {}; }
    std::string sheet;  // its relation
    bool since_1904 = false;
};

/// xl/_rels/workbook.xml.rels: where a relation leads.
class RelationsPart final : public XmlVisitor {
  public:
    explicit RelationsPart(std::string wanted) : wanted_(std::move(wanted)) {}
    Status begin(std::string_view element, const Attributes& attributes) override {
        if (element == "Relationship" && attribute(attributes, "Id") == wanted_) {
            target = attribute(attributes, "Target");
        }
        return {};
    }
    Status end(std::string_view) override { return {}; }
    Status text(std::string_view) override { return {}; }
    std::string target;

  private:
    std::string wanted_;
};

/// xl/styles.xml: which cell formats show dates.
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

/// xl/sharedStrings.xml: texts that cells name by number. Readings of Japanese (rPh) are none of them.
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
            texts.push_back(text_.take());
        }
        return {};
    }
    Status text(std::string_view piece) override { return within_ ? text_.add(piece) : Status(); }
    std::vector<std::string> texts;

  private:
    CellText text_;
    bool within_ = false, reading_ = false;
};

/// A worksheet: rows of cells. What a merged cell covers is empty, but for its first.
class SheetPart final : public XmlVisitor {
  public:
    SheetPart(const StylesPart& styles, const StringsPart& strings, bool since_1904, Csv& csv)
        : styles_(styles), strings_(strings), since_1904_(since_1904), csv_(csv) {}

    Status begin(std::string_view element, const Attributes& attributes) override {
        if (element == "row") return begin_row(attributes);
        if (element == "c") return begin_cell(attributes);
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

  private:
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
        return {};
    }
    Status end_cell() {
        in_cell_ = false;
        auto value = trimmed(meaning(text_.take()));
        if (value.empty()) return {};
        if (column_ >= max_sheet_columns) {
            return {Errc::invalid, fmt::format("row {}: more than {} columns", line_, max_sheet_columns)};
        }
        if (characters(value).size() > max_cell) {
            return {Errc::invalid, fmt::format("row {}: a cell has more than {} characters", line_, max_cell)};
        }
        if (record_.fields.size() <= column_) record_.fields.resize(column_ + 1);
        record_.fields[column_] = std::move(value);
        return {};
    }
    void end_row() {
        if (!record_.fields.empty()) csv_.records.push_back(std::move(record_));
        record_ = {};
    }
    [[nodiscard]] std::string meaning(std::string value) const {
        if (type_ == "s") {
            const auto at = number_of(value);
            return at >= 0 && static_cast<std::size_t>(at) < strings_.texts.size()
                       ? strings_.texts[static_cast<std::size_t>(at)]
                       : std::string();
        }
        if (!type_.empty() && type_ != "n") return value;
        return styles_.is_date(style_) ? date_text(value, since_1904_) : number_text(value);
    }

    const StylesPart& styles_;
    const StringsPart& strings_;
    bool since_1904_;
    Csv& csv_;
    Record record_;
    long line_ = 0;
    std::size_t next_ = 0, column_ = 0, cells_ = 0;
    long style_ = -1;
    std::string type_;
    CellText text_;
    bool in_cell_ = false, within_ = false, reading_ = false;
};

/// A relation's target as the name of a part.
std::string part_of(std::string target) {
    if (target.starts_with('/')) return target.substr(1);
    return "xl/" + target;
}

}  // namespace

bool is_workbook(std::string_view bytes) {
    return bytes.starts_with("PK\x03\x04");
}

Result<Csv> parse_xlsx(std::string_view bytes) {
    auto archive = Archive::open(bytes);
    if (!archive) return archive.error();
    WorkbookPart workbook;
    if (auto done = archive->walk("xl/workbook.xml", workbook); !done) return done.error();
    if (workbook.sheet.empty()) return {Errc::invalid, "the workbook has no sheet that is shown"};
    RelationsPart relations(workbook.sheet);
    if (auto done = archive->walk("xl/_rels/workbook.xml.rels", relations); !done) return done.error();
    StylesPart styles;
    StringsPart strings;
    Status done;
    if (archive->has("xl/styles.xml")) done = archive->walk("xl/styles.xml", styles);
    if (done && archive->has("xl/sharedStrings.xml")) done = archive->walk("xl/sharedStrings.xml", strings);
    if (!done) return done.error();
    Csv csv;
    csv.encoding = "XLSX";
    SheetPart sheet(styles, strings, workbook.since_1904, csv);
    if (done = archive->walk(part_of(relations.target), sheet); !done) return done.error();
    return csv;
}

}  // namespace menshen::cli
