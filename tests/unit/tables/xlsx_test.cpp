#include "tables/xlsx.hpp"

#include <doctest/doctest.h>
#include <zip.h>

#include <deque>
#include <map>

#include "tables/list_file.hpp"

using namespace menshen;
using namespace menshen::tables;

namespace {

using Parts = std::map<std::string, std::string>;

/// A zip of these parts, made by libzip alone.
std::string zipped(const Parts& parts) {
    auto* memory = zip_source_buffer_create(nullptr, 0, 0, nullptr);
    auto* zip = zip_open_from_source(memory, ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    zip_source_keep(memory);
    for (const auto& [name, text] : parts) {
        zip_file_add(zip, name.c_str(), zip_source_buffer(zip, text.data(), text.size(), 0), ZIP_FL_ENC_UTF_8);
    }
    REQUIRE(zip_close(zip) == 0);
    std::string bytes;
    zip_source_open(memory);
    char piece[4096];
    for (auto n = zip_source_read(memory, piece, sizeof piece); n > 0;
         n = zip_source_read(memory, piece, sizeof piece)) {
        bytes.append(piece, static_cast<std::size_t>(n));
    }
    zip_source_close(memory);
    zip_source_free(memory);
    return bytes;
}

/// As Excel writes it: prefixes, texts by number with a reading, formats, a hidden sheet in front.
Parts as_excel(const std::string& rows) {
    return {
        {"xl/workbook.xml", R"(<x:workbook xmlns:x="m" xmlns:r="r"><x:workbookPr/><x:sheets>
            <x:sheet name="old" sheetId="1" state="hidden" r:id="rId1"/><x:sheet name="list" sheetId="2" r:id="rId2"/></x:sheets></x:workbook>)"},
        {"xl/_rels/workbook.xml.rels", R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>
            <Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>)"},
        {"xl/styles.xml",
         R"(<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>
            <numFmt numFmtId="177" formatCode="0.0&quot;day&quot;[Red]"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="177"/></cellXfs></styleSheet>)"},
        {"xl/sharedStrings.xml",
         R"(<sst><si><t>车牌号</t></si><si><r><t>张</t></r><r><t xml:space="preserve">三 </t></r>
            <rPh><t>zhang</t></rPh></si></sst>)"},
        {"xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"},
        {"xl/worksheets/sheet2.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"},
    };
}

Result<Csv> table_of(const std::string& rows) {
    return parse_xlsx(zipped(as_excel(rows)));
}

std::string refused(const std::string& rows) {
    const auto csv = table_of(rows);
    REQUIRE_FALSE(csv.ok());
    return csv.error().message;
}

}  // namespace

TEST_CASE("a sheet as Excel writes it") {
    const auto csv = table_of(
        R"(<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><t>有效期至</t></is></c></row>)"
        R"(<row r="4" spans="1:3"><c r="A4" t="str"><f>B1</f><v>浙B12345</v></c><c r="B4" t="s"><v>1</v></c><c r="C4" s="1"><v>46022</v></c>)"
        R"(<c r="D4" s="2"><v>46022.75</v></c><c r="E4"><v>1.38E10</v></c><c r="F4" s="3"><v>46022.5</v></c><c r="AA4" t="b"><v>1</v></c></row>)"
        R"(<row r="5"><c r="A5"/><c r="B5" s="1"/></row>)");
    REQUIRE(csv.ok());
    CHECK(csv->encoding == "XLSX");
    REQUIRE(csv->records.size() == 2);
    CHECK(csv->records[0].line == 2);
    CHECK(csv->records[0].fields == std::vector<std::string>{"车牌号", "", "有效期至"});
    CHECK(csv->records[1].line == 4);
    auto fields = csv->records[1].fields;
    REQUIRE(fields.size() == 27);
    CHECK(fields[26] == "1");
    fields.resize(6);
    CHECK(fields ==
          std::vector<std::string>{"浙B12345", "张三", "2025-12-31", "2025-12-31 18:00", "13800000000", "46022.5"});
    const auto list = read_list(*csv, parse_local("2026-01-01").value());
    REQUIRE(list.ok());
    CHECK(list->rows.at(0).valid_until->value() == parse_local("2026-01-01").value());
}

TEST_CASE("a day's last second ends that day and not the next one; seconds are kept") {
    const auto csv = table_of(
        R"(<row r="1"><c r="A1" t="inlineStr"><is><t>车牌号</t></is></c><c r="B1" t="inlineStr"><is><t>有效期至</t></is></c></row>)"
        R"(<row r="2"><c r="A2" t="inlineStr"><is><t>浙B12345</t></is></c><c r="B2" s="2"><v>46022.9999884259</v></c></row>)"
        R"(<row r="3"><c r="A3" t="inlineStr"><is><t>浙B12346</t></is></c><c r="B3" s="2"><v>46022.999999</v></c></row>)"
        R"(<row r="4"><c r="A4" t="inlineStr"><is><t>浙B12347</t></is></c><c r="B4" s="2"><v>46022.7500115741</v></c></row>)");
    REQUIRE(csv.ok());
    CHECK(csv->records[1].fields[1] == "2025-12-31 23:59:59");
    CHECK(csv->records[2].fields[1] == "2025-12-31 23:59:59");
    CHECK(csv->records[3].fields[1] == "2025-12-31 18:00:01");
    const auto list = read_list(*csv, parse_local("2025-01-01").value());
    REQUIRE(list.ok());
    for (const auto& row : list->rows) CHECK(row.valid_until->value() < parse_local("2026-01-01").value());
}

TEST_CASE("a text that the workbook does not have is no empty cell: its permit would have no end") {
    CHECK(refused(R"(<row r="3"><c r="A3" t="s"><v>7</v></c></row>)").find("row 3") != std::string::npos);
    CHECK(refused(R"(<row r="3"><c r="A3" t="s"><v>-1</v></c></row>)").find("row 3") != std::string::npos);
    CHECK(table_of(R"(<row r="3"><c r="A3" t="s"/><c r="B3" t="s"><v>0</v></c></row>)").ok());
}

TEST_CASE("days count from 1904 where the workbook says so") {
    auto parts = as_excel(R"(<row><c s="1"><v>44560</v></c></row>)");
    auto& workbook = parts["xl/workbook.xml"];
    workbook.replace(workbook.find("<x:workbookPr/>"), 15, R"(<x:workbookPr date1904="1"/>)");
    const auto csv = parse_xlsx(zipped(parts));
    REQUIRE(csv.ok());
    CHECK(csv->records.at(0).fields.at(0) == "2025-12-31");
}

TEST_CASE("what is written is read again") {
    const std::vector<std::vector<std::string>> rows = {
        {"车牌号", "姓名", "备注"}, {"浙B12345", "<&>\"张\"", "=1+1"}, {"浙B54321", "", "a\nb\x01"}};
    const auto bytes = to_xlsx(rows);
    REQUIRE(bytes.ok());
    CHECK(is_workbook(*bytes));
    const auto csv = parse_xlsx(*bytes);
    REQUIRE(csv.ok());
    REQUIRE(csv->records.size() == 3);
    CHECK(csv->records[1].fields == rows[1]);
    CHECK(csv->records[2].fields == std::vector<std::string>{"浙B54321", "", "a\nb"});
    CHECK(parse_csv(*bytes).error().message.find("workbook") != std::string::npos);
}

TEST_CASE("what is no workbook, or a damaged one, is refused with a word") {
    CHECK_FALSE(parse_xlsx("PK\x03\x04 and then nothing").ok());
    CHECK_FALSE(parse_xlsx("").ok());
    CHECK(parse_xlsx(zipped({{"readme.txt", "x"}})).error().message.find("xl/workbook.xml") != std::string::npos);
    auto parts = as_excel("");
    parts.erase("xl/worksheets/sheet2.xml");
    CHECK_FALSE(parse_xlsx(zipped(parts)).ok());
    auto bytes = zipped(as_excel(std::string(5000, ' ')));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
    CHECK_FALSE(parse_xlsx(bytes).ok());
    CHECK(refused("<row><c></row>").find("sheet2.xml") != std::string::npos);
    CHECK(refused(R"(<c r="A1"><v>1</v></c>)").find("without a place") != std::string::npos);
    CHECK(refused(R"(<row r="5"/><row r="5"/>)").find("row 5") != std::string::npos);
    CHECK_FALSE(refused(R"(<row r="9999999"/>)").empty());
    CHECK_FALSE(refused(R"(<row><c r="ZZZZ1"><v>1</v></c></row>)").empty());
    CHECK(refused(R"(<row><c r="XFD1"><v>1</v></c></row>)").find("columns") != std::string::npos);
}

TEST_CASE("bombs are counted while they go off") {
    CHECK(
        refused(R"(<row><c t="inlineStr"><is><t>)" + std::string(200'000, 'x') + "</t></is></c></row>").find("long") !=
        std::string::npos);
    CHECK(refused(R"(<row><c t="inlineStr"><is><t>)" + std::string(40'000, 'x') + "</t></is></c></row>")
              .find("characters") != std::string::npos);
    auto parts = as_excel("");
    parts["xl/sharedStrings.xml"] =
        R"(<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>)";
    CHECK(parse_xlsx(zipped(parts)).error().message.find("document type") != std::string::npos);
    parts["xl/sharedStrings.xml"] = "<sst>" + std::string(max_unpacked, ' ') + "</sst>";
    CHECK(parse_xlsx(zipped(parts)).error().message.find("256 MiB") != std::string::npos);
}

TEST_CASE("a cell over several rows says the same in each of them that has anything else") {
    const auto csv = parse_xlsx(zipped(as_excel(
        R"(<row><c t="inlineStr"><is><t>one</t></is></c><c t="inlineStr"><is><t>2026-12-31</t></is></c></row>)"
        R"(<row><c t="inlineStr"><is><t>two</t></is></c></row><row r="4"><c t="inlineStr"><is><t>three</t></is></c></row>)"
        R"(<row><c t="inlineStr"><is><t>four</t></is></c></row></sheetData><mergeCells><mergeCell ref="B1:C4"/>)"
        R"(<mergeCell ref="A1:B1"/><mergeCell ref="B9"/><mergeCell ref=":"/></mergeCells><sheetData>)")));
    REQUIRE(csv.ok());
    REQUIRE(csv->records.size() == 4);
    CHECK(csv->records[1].fields == std::vector<std::string>{"two", "2026-12-31"});
    CHECK(csv->records[2].fields == std::vector<std::string>{"three", "2026-12-31"});
    CHECK(csv->records[3].fields == std::vector<std::string>{"four"});
}

TEST_CASE("a formula that was never calculated is no empty cell") {
    CHECK(refused(R"(<row><c><f>DATE(2027,12,31)</f><v></v></c></row>)").find("row 1: a formula") != std::string::npos);
    CHECK(refused(R"(<row><c><f>A1</f></c></row>)").find("never calculated") != std::string::npos);
    CHECK(table_of(R"(<row><c t="str"><f>""</f><v></v></c><c><f>1</f><v>1</v></c></row>)").ok());
}

TEST_CASE("characters that XML cannot hold") {
    const auto csv = table_of(
        R"(<row><c t="inlineStr"><is><t>a_x000D_&#10;b_x0007_c</t></is></c><c t="str"><v>_x005F_x000D_</v></c>)"
        R"(<c t="inlineStr"><is><t>_xD842__xDFB7_ _xD842_ _x12_ _x00e9_&#13;</t></is></c></row>)");
    REQUIRE(csv.ok());
    CHECK(csv->records.at(0).fields == std::vector<std::string>{"a\nb c", "_x000D_", "𠮷 \uFFFD _x12_ é"});
    const auto again = parse_xlsx(to_xlsx({csv->records[0].fields}).value());
    CHECK(again->records.at(0).fields == csv->records[0].fields);
}

TEST_CASE("the parts are where the workbook says, and a chart is no list") {
    auto parts = as_excel(R"(<row><c t="s"><v>0</v></c></row>)");
    auto& relations = parts["xl/_rels/workbook.xml.rels"];
    relations = R"(<Relationships><Relationship Id="rId2" Type="x/worksheet" Target="../sheets/./list.xml"/>
        <Relationship Id="rId9" Type="x/chartsheet" Target="chartsheets/sheet1.xml"/>
        <Relationship Id="rId3" Type="x/sharedStrings" Target="/texts.xml"/></Relationships>)";
    auto& workbook = parts["xl/workbook.xml"];
    workbook.replace(workbook.find("<x:sheets>"), 10, R"(<x:sheets><x:sheet name="chart" r:id="rId9"/>)");
    parts["_rels/.rels"] =
        R"(<Relationships><Relationship Id="a" Type="x/officeDocument" Target="/book/book.xml"/></Relationships>)";
    const std::map<std::string, std::string> moved = {{"xl/workbook.xml", "book/book.xml"},
                                                      {"xl/_rels/workbook.xml.rels", "book/_rels/book.xml.rels"},
                                                      {"xl/worksheets/sheet2.xml", "sheets/list.xml"},
                                                      {"xl/sharedStrings.xml", "texts.xml"}};
    for (const auto& [from, to] : moved) {
        parts[to] = parts[from];
        parts.erase(from);
    }
    const auto csv = parse_xlsx(zipped(parts));
    REQUIRE(csv.ok());
    CHECK(csv->records.at(0).fields.at(0) == "车牌号");
}

TEST_CASE("small files that would fill the memory") {
    std::string wide, repeated;
    for (std::size_t i = 0; i <= max_cells / 256; ++i) wide += R"(<row><c r="IV1"><v>1</v></c></row>)";
    CHECK(refused(wide).find("holds too much") != std::string::npos);
    auto parts = as_excel("");
    parts["xl/sharedStrings.xml"] = "<sst><si><t>" + std::string(max_cell, 'x') + "</t></si></sst>";
    for (std::size_t i = 0; i <= max_text / max_cell; ++i) repeated += R"(<row><c t="s"><v>0</v></c></row>)";
    parts["xl/worksheets/sheet2.xml"] = "<worksheet><sheetData>" + repeated + "</sheetData></worksheet>";
    CHECK(parse_xlsx(zipped(parts)).error().message.find("holds too much") != std::string::npos);
    std::string deep;
    for (int i = 0; i < 1000; ++i) deep += "<a>";
    CHECK(refused(deep).find("within each other") != std::string::npos);
    CHECK(refused("<row a=\"" + std::string(4 << 20, 'x') + "\"/>").find("too long a tag") != std::string::npos);
    CHECK(parse_csv(std::string(5000, ',')).error().message.find("columns") != std::string::npos);
}

TEST_CASE("a table as CSV: quoted, and nothing that a spreadsheet would calculate") {
    const auto text = to_csv({{"a", "b,c", "d\"e"}, {"=1", "@x", "-2"}, {"=\"1", "", "x\ny"}});
    CHECK(text ==
          "\xEF\xBB\xBF"
          "a,\"b,c\",\"d\"\"e\"\r\n=\"=1\",=\"@x\",=\"-2\"\r\n\"'=\"\"1\",,\"x\ny\"\r\n");
    const auto csv = parse_csv(text);
    REQUIRE(csv.ok());
    CHECK(csv->records.at(1).fields == std::vector<std::string>{"=1", "@x", "-2"});
}
