#include "tables/csv.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "tables/xlsx.hpp"
#include "values/plate.hpp"

namespace menshen::tables {

namespace {

bool is_utf8(std::string_view text) {
    for (const auto character : characters(text)) {
        if (character.size() == 1 && static_cast<unsigned char>(character[0]) >= 0x80) return false;
    }
    return true;
}

Result<std::string> convert(std::string_view bytes, const char* from) {
    const iconv_t converter = ::iconv_open("UTF-8", from);
    if (converter == reinterpret_cast<iconv_t>(-1))  // NOLINT(performance-no-int-to-ptr): as POSIX defines it
        return {Errc::internal, fmt::format("this system cannot read {}", from)};
    std::string out(bytes.size() * 3 + 16, '\0');
    char* in = const_cast<char*>(bytes.data());  // iconv's signature; it does not write there
    char* to = out.data();
    std::size_t left = bytes.size();
    std::size_t room = out.size();
    const bool failed = ::iconv(converter, &in, &left, &to, &room) == static_cast<std::size_t>(-1);
    ::iconv_close(converter);
    if (failed) {
        const auto done = bytes.substr(0, bytes.size() - left);
        return {Errc::invalid, fmt::format("line {}: neither UTF-8 nor {}; save the table as \"CSV UTF-8\"",
                                           1 + std::count(done.begin(), done.end(), '\n'), from)};
    }
    out.resize(out.size() - room);
    return out;
}

/// The separator that the first line which has any uses most, outside quotes.
char guess_separator(std::string_view text) {
    std::array<std::pair<char, int>, 3> seen = {{{',', 0}, {';', 0}, {'\t', 0}}};
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        for (auto& [separator, count] : seen) count += c == separator ? 1 : 0;
        const bool any = std::any_of(seen.begin(), seen.end(), [](const auto& one) { return one.second > 0; });
        if (c == '\n' && any) break;
    }
    return std::max_element(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

/// Reads records one after the other.
class Scanner {
  public:
    Scanner(std::string_view text, char separator, std::int64_t line)
        : text_(text), separator_(separator), line_(line) {}

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

    Result<Record> record() {
        Record record;
        record.line = line_;
        for (;;) {
            auto field = this->field();
            if (!field) return field.error();
            record.fields.push_back(std::move(field).value());
            if (record.fields.size() > max_columns) {
                return {Errc::invalid, fmt::format("line {}: more than {} columns", record.line, max_columns)};
            }
            if (at_end()) return record;
            const char c = text_[at_++];
            if (c == separator_) continue;
            if (c == '\r' && !at_end() && text_[at_] == '\n') ++at_;
            ++line_;
            return record;
        }
    }

  private:
    Result<std::string> field() {
        std::string out;
        if (!at_end() && text_[at_] == '"') {
            if (auto done = quoted(out); !done) return done.error();
        }
        while (!at_end() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r') out += text_[at_++];
        return trimmed(out);
    }

    Status quoted(std::string& out) {
        const auto began = line_;
        for (++at_; !at_end(); ++at_) {
            const char c = text_[at_];
            if (c == '"') {
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
                    ++at_;
                    return {};
                }
                ++at_;
            }
            if (c == '\n') ++line_;
            out += c;
        }
        return {Errc::invalid, fmt::format("line {}: a quotation mark opens here and never closes", began)};
    }

    std::string_view text_;
    char separator_;
    std::int64_t line_;
    std::size_t at_ = 0;
};

}  // namespace

std::string trimmed(std::string_view text) {
    constexpr std::array<std::string_view, 8> blanks = {" ",        "\t",           "\r",           "\n",
                                                        "\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\x8B", "\xEF\xBB\xBF"};
    const auto strip = [&] {
        for (const auto blank : blanks) {
            if (text.starts_with(blank)) return text.remove_prefix(blank.size()), true;
            if (text.ends_with(blank)) return text.remove_suffix(blank.size()), true;
        }
        return false;
    };
    while (!text.empty() && strip()) {
    }
    if (text.size() >= 3 && text.starts_with("=\"") && text.ends_with('"'))
        return trimmed(text.substr(2, text.size() - 3));
    return std::string(text);
}

Result<std::string> to_utf8(std::string_view bytes, std::string& encoding) {
    encoding = "UTF-8";
    if (is_workbook(bytes) || bytes.starts_with("\xD0\xCF\x11\xE0")) {
        return {Errc::invalid,
                "this is an old or an encrypted Excel workbook; open it and save it as .xlsx without a password, or as "
                "\"CSV UTF-8\""};
    }
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        encoding = "UTF-16";
        return convert(bytes, "UTF-16");
    }
    if (bytes.find('\0') != std::string_view::npos) return {Errc::invalid, "this is not a text; save the table as CSV"};
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (is_utf8(bytes)) return std::string(bytes);
    encoding = "GB18030";
    return convert(bytes, "GB18030");
}

namespace {

std::string csv_cell(const std::string& cell) {
    const bool formula = !cell.empty() && std::string_view("=+-@").find(cell[0]) != std::string_view::npos;
    const bool plain = cell.find_first_of("\",\r\n;\t") == std::string::npos;
    if (formula && plain) return "=\"" + cell + "\"";
    if (plain) return cell;
    std::string out = formula ? "\"'" : "\"";
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

}  // namespace

std::string to_csv(const std::vector<std::vector<std::string>>& rows) {
    std::string out = "\xEF\xBB\xBF";
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "," : "") + csv_cell(row[i]);
        out += "\r\n";
    }
    return out;
}

Result<Csv> parse_csv(std::string_view bytes) {
    Csv csv;
    auto text = to_utf8(bytes, csv.encoding);
    if (!text) return text.error();
    std::string_view rest = *text;
    std::int64_t line = 1;
    if (rest.starts_with("sep=") && rest.size() > 4) {  // Excel's own first line
        csv.separator = rest[4];
        const auto end = rest.find('\n');
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        line = 2;
    } else {
        csv.separator = guess_separator(rest);
    }
    Scanner scanner(rest, csv.separator, line);
    std::size_t cells = 0;
    while (!scanner.at_end()) {
        auto record = scanner.record();
        if (!record) return record.error();
        if (cells += record->fields.size(); cells > max_cells) {
            return {Errc::invalid, fmt::format("line {}: the table has more than {} cells", record->line, max_cells)};
        }
        const auto blank = [](const std::string& field) { return field.empty(); };
        if (!std::all_of(record->fields.begin(), record->fields.end(), blank)) {
            csv.records.push_back(std::move(record).value());
        }
    }
    return csv;
}

Result<Csv> read_table(const std::string& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in) return {Errc::not_found, fmt::format("{}: {}", file, std::strerror(errno))};
    const auto size = in.tellg();
    if (size < 0 || static_cast<std::size_t>(size) > max_file) {
        return {Errc::invalid, fmt::format("{}: larger than {} MiB, or no file", file, max_file >> 20U)};
    }
    std::string bytes(static_cast<std::size_t>(size), '\0');
    in.seekg(0);
    in.read(bytes.data(), size);
    auto csv = is_workbook(bytes) ? parse_xlsx(bytes) : parse_csv(bytes);
    if (!csv) return csv.error().in(file);
    return csv;
}

}  // namespace menshen::tables
