// Workbooks of writers that are not ours (books.py), read; and ours, read by somebody else.
#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "support/temporary_folder.hpp"
#include "tables/csv.hpp"
#include "tables/list_file.hpp"
#include "tables/xlsx.hpp"

using namespace menshen;

namespace {

namespace json = boost::json;

struct Said {
    int code = -1;
    std::string out;
};

Said books(const std::string& verb, const std::string& path) {
    Said said;
    const auto command = fmt::format("/usr/bin/python3 -B {} {} {}", BOOKS, verb, path);
    FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char piece[4096];
    for (auto n = ::fread(piece, 1, sizeof piece, pipe); n > 0; n = ::fread(piece, 1, sizeof piece, pipe)) {
        said.out.append(piece, n);
    }
    const int status = ::pclose(pipe);
    said.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    // CTest looks for this word
    if (said.code == 77) std::cout << "SKIPPED (apt install python3-openpyxl python3-xlsxwriter): " << said.out;
    return said;
}

json::value expected_of(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return json::parse(text.str());
}

json::array rows_of(const tables::Csv& csv) {
    json::array rows;
    for (const auto& record : csv.records) {
        rows.push_back(json::array{record.line, json::array(record.fields.begin(), record.fields.end())});
    }
    return rows;
}

}  // namespace

TEST_CASE("workbooks of openpyxl and XlsxWriter say what was put into them") {
    const support::TemporaryFolder folder;
    const auto written = books("write", folder.path().string());
    if (written.code == 77) return;
    REQUIRE(written.code == 0);
    const LocalTime today = parse_local("2026-11-22").value();
    for (const auto* name : {"openpyxl-1900", "openpyxl-1904", "openpyxl-kinds", "xlsxwriter-1900", "xlsxwriter-1904",
                             "xlsxwriter-inline", "xlsxwriter-kinds"}) {
        CAPTURE(name);
        const auto csv = tables::read_table((folder.path() / name).string() + ".xlsx");
        const auto why = csv ? std::string() : csv.error().message;
        CAPTURE(why);
        REQUIRE(csv.ok());
        const auto rows = rows_of(*csv);
        const auto expected = expected_of((folder.path() / name).string() + ".json").as_array();
        REQUIRE(rows.size() == expected.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto is = json::serialize(rows[i]), wanted = json::serialize(expected[i]);
            REQUIRE(is == wanted);
        }
        const auto list = tables::read_list(*csv, today);
        REQUIRE(list.ok());
        if (rows.size() > 2000) CHECK(list->rows.size() == 2000);
    }
    const auto csv = tables::read_table((folder / "openpyxl-never-calculated.xlsx").string());
    REQUIRE_FALSE(csv.ok());
    CHECK(csv.error().message.find("row 2: a formula that was never calculated") != std::string::npos);
}

TEST_CASE("what we export opens elsewhere with the same cells") {
    const support::TemporaryFolder folder;
    std::vector<std::vector<std::string>> rows = {
        {"车牌号", "姓名", "电话", "有效期至", "备注"},
        {"浙A12345", "张三", "013800000000", "2027-12-31", "=1+1"},
        {"浙A12346", "<&>\"'𠮷", "", "长期", "一\n二\t三"},
        {"浙A12347", "  留空  ", "+86", "", "@x"},
    };
    for (int i = 0; i < 2000; ++i) rows.push_back({fmt::format("浙B{}", 10000 + i), "李四", "", "2027-12-31", "-"});
    const auto bytes = tables::to_xlsx(rows);
    REQUIRE(bytes.ok());
    std::ofstream(folder / "ours.xlsx", std::ios::binary) << *bytes;
    const auto said = books("read", (folder / "ours.xlsx").string());
    if (said.code == 77) return;
    REQUIRE(said.code == 0);
    const auto read = json::parse(said.out).as_array();
    REQUIRE(read.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto is = json::serialize(read[i]);
        const auto wanted = json::serialize(json::array(rows[i].begin(), rows[i].end()));
        REQUIRE(is == wanted);
    }
}
