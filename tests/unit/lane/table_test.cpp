#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "lane/lane.hpp"

using namespace menshen::lane;

TEST_CASE("the transition table is the one that was read and agreed to") {
    std::ifstream file(MENSHEN_LANE_TABLE);
    std::ostringstream golden;
    golden << file.rdbuf();
    const std::string table = transition_table();
    CHECK_MESSAGE(table == golden.str(), "read the difference; if it is meant:  test-lane -ns -tc=\"write the table\"");
    CHECK(std::count(table.begin(), table.end(), '\n') < 120);
}

// Not a test: writes the golden file anew.  test-lane -ns -tc="write the table"
TEST_CASE("write the table" * doctest::skip()) {
    std::ofstream(MENSHEN_LANE_TABLE) << transition_table();
}
