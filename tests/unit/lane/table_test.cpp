#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "lane/lane.hpp"
#include "support/text_file.hpp"

using namespace menshen::lane;

TEST_CASE("the transition table is the one that was read and agreed to") {
    const std::string table = transition_table();
    CHECK_MESSAGE(table == menshen::support::text_in(MENSHEN_LANE_TABLE),
                  "read the difference; if it is meant:  test-lane -ns -tc=\"write the table\"");
    CHECK(std::count(table.begin(), table.end(), '\n') < 120);
}

// Not a test: writes the golden file anew.  test-lane -ns -tc="write the table"
TEST_CASE("write the table" * doctest::skip()) {
    std::ofstream(MENSHEN_LANE_TABLE) << transition_table();
}
