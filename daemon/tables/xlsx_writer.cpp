#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>

#include "tables/xlsx.hpp"
#include "xlsx_cells.hpp"

namespace menshen::tables {

namespace {

constexpr std::string_view declaration = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)"
                                         "\n";
constexpr std::array<std::pair<const char*, std::string_view>, 4> frame = {{
    {"[Content_Types].xml",
     R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>)"},
    {"_rels/.rels",
     R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>)"},
    {"xl/workbook.xml",
     R"(<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="permits" sheetId="1" r:id="rId1"/></sheets></workbook>)"},
    {"xl/_rels/workbook.xml.rels",
     R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>)"},
}};

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";  // of the columns

/// XML 1.0 has no control characters, not even written as numbers. What would be read as one is told apart.
std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '_' && begins_with_escape(text.substr(i))) {
            out += "_x005F_";
        } else if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else {
            out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
        }
    }
    return out;
}

std::string sheet_of(const std::vector<std::vector<std::string>>& rows) {
    std::string xml(declaration);
    xml += R"(<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>)";
    for (std::size_t r = 0; r < rows.size(); ++r) {
        xml += fmt::format(R"(<row r="{}">)", r + 1);
        for (std::size_t c = 0; c < std::min(rows[r].size(), letters.size()); ++c) {
            if (rows[r][c].empty()) continue;
            xml += fmt::format(R"(<c r="{}{}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>)", letters[c],
                               r + 1, escaped(rows[r][c]));
        }
        xml += "</row>";
    }
    return xml + "</sheetData></worksheet>";
}

bool add_part(zip_t* zip, const char* name, const std::string& text) {
    auto* source = zip_source_buffer(zip, text.data(), text.size(), 0);
    if (source == nullptr) return false;
    const auto index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) zip_source_free(source);
    return index >= 0;
}

std::string all_of(zip_source_t* source) {
    std::string bytes;
    if (zip_source_open(source) < 0) return bytes;
    std::array<char, 65536> piece{};
    for (auto n = zip_source_read(source, piece.data(), piece.size()); n > 0;
         n = zip_source_read(source, piece.data(), piece.size())) {
        bytes.append(piece.data(), static_cast<std::size_t>(n));
    }
    zip_source_close(source);
    return bytes;
}

}  // namespace

Result<std::string> to_xlsx(const std::vector<std::vector<std::string>>& rows) {
    const Error failed{Errc::internal, "the workbook cannot be packed"};
    auto* memory = zip_source_buffer_create(nullptr, 0, 0, nullptr);
    if (memory == nullptr) return failed;
    const std::unique_ptr<zip_source_t, void (*)(zip_source_t*)> kept(memory, zip_source_free);
    auto* zip = zip_open_from_source(memory, ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    if (zip == nullptr) return failed;
    zip_source_keep(memory);        // it outlives the archive: the bytes are in it
    std::deque<std::string> parts;  // read when the archive is closed
    bool added = true;
    for (const auto& [name, text] : frame) {
        added = added && add_part(zip, name, parts.emplace_back(std::string(declaration) + std::string(text)));
    }
    added = added && add_part(zip, "xl/worksheets/sheet1.xml", parts.emplace_back(sheet_of(rows)));
    if (!added || zip_close(zip) < 0) {
        zip_discard(zip);
        return failed;
    }
    auto bytes = all_of(memory);
    return bytes.empty() ? Result<std::string>(failed) : Result<std::string>(std::move(bytes));
}

}  // namespace menshen::tables
