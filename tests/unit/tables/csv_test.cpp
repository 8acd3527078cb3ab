#include <doctest/doctest.h>

#include "tables/list_file.hpp"

using namespace menshen;
using namespace menshen::tables;

namespace {

const LocalTime today = parse_local("2026-11-22").value();

ListFile read(const char* file) {
    return read_list(read_table(std::string(DATA) + file).value(), today).value();
}

const Problem* at(const ListFile& list, std::int64_t line) {
    for (const auto& problem : list.problems) {
        if (problem.line == line) return &problem;
    }
    return nullptr;
}

std::string until(const char* cell) {
    auto time = read_validity(cell, true);
    if (!time) return "error";
    return *time ? format_local(**time) : "permanent";
}

}  // namespace

TEST_CASE("the same table in GB18030 and in UTF-8 with BOM reads alike, below a title line") {
    for (const char* file : {"gb18030.csv", "excel-bom.csv"}) {
        INFO(file);
        const auto list = read(file);
        CHECK(list.encoding == (std::string(file) == "gb18030.csv" ? "GB18030" : "UTF-8"));
        REQUIRE(list.rows.size() == 3);
        CHECK(list.rows_in_file == 3);
        CHECK(list.rows[0].line == 3);
        CHECK(list.rows[0].plate == "浙B12345");
        CHECK(list.rows[0].holder == "张三");
        CHECK(list.rows[0].unit == "财政局");
        CHECK(list.rows[0].permit_class == PermitClass::parking);
        CHECK(format_local(**list.rows[0].valid_until) == "2099-01-06T00:00:00");
        CHECK_FALSE(list.rows[0].valid_from);
        CHECK(list.rows[1].plate == "浙BD12345");
        CHECK(list.rows[1].holder == "李四, 李小四");
        CHECK(list.rows[1].note == "两行\r\n备注");
        CHECK(list.rows[2].line == 6);
        CHECK(list.rows[2].valid_until.has_value());
        CHECK_FALSE(list.rows[2].valid_until->has_value());
        CHECK_FALSE(list.rows[2].permit_class);
    }
}

TEST_CASE("Excel's sep= line, day numbers, =\"…\" and full-width digits") {
    const auto list = read("excel-sep.csv");
    CHECK(list.problems.empty());
    REQUIRE(list.rows.size() == 2);
    CHECK(list.rows[0].line == 3);
    CHECK(format_local(**list.rows[0].valid_until) == "2099-01-02T00:00:00");
    CHECK(list.rows[1].plate == "浙B54321");
    CHECK(format_local(**list.rows[1].valid_until) == "2100-01-01T00:00:00");
}

TEST_CASE("UTF-16 with tabs, as Excel's Unicode text") {
    const auto list = read("utf16-tabs.csv");
    CHECK(list.encoding == "UTF-16");
    REQUIRE(list.rows.size() == 1);
    CHECK(format_local(**list.rows[0].valid_until) == "2099-12-31T18:00:00");
}

TEST_CASE("every problem of a file is named with its line") {
    const auto list = read("problems.csv");
    REQUIRE(at(list, 1) != nullptr);
    CHECK_FALSE(at(list, 1)->error);
    CHECK(at(list, 1)->text.find("颜色") != std::string::npos);
    CHECK(at(list, 2) == nullptr);
    CHECK(at(list, 3)->kind == "plate");
    CHECK(at(list, 3)->text.find("digit 0") != std::string::npos);
    CHECK(at(list, 4)->kind == "duplicate");
    CHECK(at(list, 4)->text.find("line 2") != std::string::npos);
    CHECK(at(list, 5)->kind == "expired");
    CHECK_FALSE(at(list, 5)->error);
    CHECK(at(list, 6)->kind == "date");
    CHECK(at(list, 7)->kind == "date");
    CHECK(at(list, 8)->kind == "class");
    REQUIRE(list.rows.size() == 3);
    CHECK(list.rows[2].permit_class == PermitClass::visitor);
}

TEST_CASE("a date means through the end of that date") {
    for (const char* cell : {"2026-01-05", "2026/1/5", "2026.1.5", "20260105", "2026年1月5日", "46027",
                             "２０２６／１／５", "2026-01-05 00:00:00"}) {
        INFO(cell);
        CHECK(until(cell) == "2026-01-06T00:00:00");
    }
    CHECK(until("2026-12-31") == "2027-01-01T00:00:00");
    CHECK(until("2026-01-05 18:30") == "2026-01-05T18:30:00");
    CHECK(format_local(**read_validity("2026-01-05", false)) == "2026-01-05T00:00:00");
    for (const char* cell : {"", "永久", "长期", "-"}) CHECK(until(cell) == "permanent");
    for (const char* cell : {"2026-02-30", "12/31/2026", "2026年12月", "1926-01-01", "99999", "soon", "2026-01-05x"}) {
        INFO(cell);
        CHECK(until(cell) == "error");
    }
}

TEST_CASE("files that are no list say what to do") {
    CHECK(parse_csv("PK\x03\x04zip").error().message.find("CSV UTF-8") != std::string::npos);
    CHECK_FALSE(parse_csv(std::string_view("a\0b", 3)).ok());
    CHECK_FALSE(parse_csv("\x81\x30\xFF\xFF,x\n").ok());
    CHECK(parse_csv("a,\"b\nc\n").error().message.find("line 1") != std::string::npos);
    CHECK_FALSE(read_table("/nowhere/at/all.csv").ok());
    CHECK(read_list(parse_csv("姓名,单位\n张三,x\n").value(), today).error().message.find("车牌号") !=
          std::string::npos);
    CHECK_FALSE(read_list(parse_csv("车牌,车牌号\n").value(), today).ok());
    CHECK_FALSE(read_list(parse_csv("").value(), today).ok());
}
