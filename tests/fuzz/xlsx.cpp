// A workbook as somebody saved it, or made it to do harm: the file itself; and, since a fuzzer seldom gets through a
// zip's checksums, the parts of one, packed here. What does not begin as a zip is sheet, shared strings and styles,
// with a zero byte between them.
#include "tables/xlsx.hpp"

#include <zip.h>

#include <array>
#include <memory>

#include "fuzz.hpp"
#include "values/plate.hpp"

using namespace menshen;

namespace {

std::string packed(std::string_view text) {
    constexpr std::array names = {"xl/worksheets/s.xml", "xl/sharedStrings.xml", "xl/styles.xml"};
    constexpr std::string_view workbook = R"(<workbook><sheets><sheet name="a" r:id="a"/></sheets></workbook>)";
    constexpr std::string_view relations = R"(<r><Relationship Id="a" Target="worksheets/s.xml"/></r>)";
    auto* memory = zip_source_buffer_create(nullptr, 0, 0, nullptr);
    const std::unique_ptr<zip_source_t, void (*)(zip_source_t*)> kept(memory, zip_source_free);
    auto* zip = zip_open_from_source(memory, ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    zip_source_keep(memory);
    const auto add = [&](const char* name, std::string_view part) {
        const auto index = zip_file_add(zip, name, zip_source_buffer(zip, part.data(), part.size(), 0), 0);
        zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
    };
    add("xl/workbook.xml", workbook);
    add("xl/_rels/workbook.xml.rels", relations);
    for (const auto* name : names) {
        const auto end = std::min(text.find('\0'), text.size());
        if (end > 0) add(name, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    fuzz::must(zip_close(zip) == 0, "the parts cannot be packed");
    std::string bytes;
    std::array<char, 4096> piece{};
    zip_source_open(memory);
    for (auto n = zip_source_read(memory, piece.data(), piece.size()); n > 0;
         n = zip_source_read(memory, piece.data(), piece.size())) {
        bytes.append(piece.data(), static_cast<std::size_t>(n));
    }
    zip_source_close(memory);
    return bytes;
}

std::vector<std::vector<std::string>> fields_of(const tables::Csv& csv) {
    std::vector<std::vector<std::string>> all;
    for (const auto& record : csv.records) {
        auto& row = all.emplace_back(record.fields);
        row.resize(std::min<std::size_t>(row.size(), 26));
        while (!row.empty() && row.back().empty()) row.pop_back();
        if (row.empty()) all.pop_back();
    }
    return all;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto csv = tables::parse_xlsx(tables::is_workbook(text) ? std::string(text) : packed(text));
    if (!csv) {
        fuzz::must(!csv.error().message.empty(), "a refusal without a word");
        return 0;
    }
    std::int64_t line = 0;
    for (const auto& record : csv->records) {
        fuzz::must(record.line > line, "rows do not rise");
        line = record.line;
        fuzz::must(record.fields.size() <= tables::max_sheet_columns, "too many columns");
        for (const auto& field : record.fields) {
            fuzz::must(characters(field).size() <= tables::max_cell, "too long a cell");
        }
    }
    const auto fields = fields_of(*csv);
    const auto written = tables::to_xlsx(fields);
    fuzz::must(written.ok(), "what was read cannot be written");
    const auto again = tables::parse_xlsx(*written);
    fuzz::must(again.ok() && fields_of(*again) == fields, "what was written is not read again");
    return 0;
}
