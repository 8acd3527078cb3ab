// The last passages as the panel shows them, also while their events are not durable yet.
#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace menshen;
using test::Box;

namespace {

void pass(Box& box, int sequence, int arrival, const char* outcome) {
    static_cast<gate::LaneHost&>(box.gate())
        .passed({{"sequence", sequence}, {"arrival", arrival}, {"outcome", outcome}});
}

std::vector<std::string> recent(Box& box) {
    std::vector<std::string> all;
    const auto snapshot = box.gate().snapshot();
    for (const auto& one : snapshot.at("recent").as_array()) all.emplace_back(one.at("outcome").as_string());
    return all;
}

}  // namespace

TEST_CASE("passages whose events are not durable stand beside each other, and become the numbered ones") {
    Box box;
    pass(box, 0, 7, "a");
    pass(box, 0, 8, "b");
    CHECK(recent(box) == std::vector<std::string>{"b", "a"});
    pass(box, 0, 7, "a2");
    pass(box, 12, 8, "b2");
    CHECK(recent(box) == std::vector<std::string>{"b2", "a2"});
    pass(box, 13, 7, "a3");
    pass(box, 12, 8, "b3");
    CHECK(recent(box) == std::vector<std::string>{"b3", "a3"});
    pass(box, 14, 8, "judged again");  // one more decision about the same car
    CHECK(recent(box) == std::vector<std::string>{"judged again", "b3", "a3"});
}

TEST_CASE("what the panel is told of a passage names its arrival, live and from the journal") {
    Box box;
    box.import({{"浙A12345", ""}});
    box.approach("in", Level::occupied);
    box.see("in", "浙A12345");
    box.drive_through("in");
    const auto live = box.gate().snapshot().at("recent").as_array();
    REQUIRE(live.size() == 1);
    std::optional<boost::json::array> past;
    box.gate().events(0, 10, [&](Result<boost::json::array> found) { past = std::move(found).value(); });
    REQUIRE(box.until([&] { return past.has_value(); }));
    REQUIRE(past->size() == 1);
    CHECK(past->at(0).at("arrival") == live.at(0).at("arrival"));
    CHECK(past->at(0).at("arrival") != 0);
}
