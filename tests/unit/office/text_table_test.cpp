#include "office/text_table.hpp"

#include <doctest/doctest.h>

using namespace menshen::office;

TEST_CASE("columns are what a terminal shows") {
    CHECK(columns_of("") == 0);
    CHECK(columns_of("abc") == 3);
    CHECK(columns_of("浙A12345") == 8);
    CHECK(columns_of("（）") == 4);
    CHECK(columns_of("e\u0301") == 1);
}

TEST_CASE("a table is aligned over both scripts, and no cell moves the terminal") {
    TextTable table({"plate", "holder", "note"});
    table.row({"浙A12345", "张三", "x"});
    table.row({"B1", "John", "\x1b[2J"});
    table.row({"C"});
    CHECK(table.rows() == 3);
    CHECK(table.text() ==
          "plate     holder  note\n"
          "浙A12345  张三    x\n"
          "B1        John     [2J\n"
          "C\n");
}
