#include "cli/report.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

using namespace menshen;
using namespace menshen::cli;

TEST_CASE("what the file itself and the list both find at a line is said once; what only one finds is kept") {
    tables::ListFile file;
    file.problems = {{4, false, "expired", "ended at"}, {7, true, "plate", "no plate"}};
    const auto answer =
        boost::json::parse(R"({"added":2,"changed":0,"unchanged":0,"errors":1,"committed":false,"problems":[
        {"line":4,"level":"warning","kind":"expired","text":"ended on"},
        {"line":4,"level":"warning","kind":"look_alike","text":"one"},
        {"line":4,"level":"warning","kind":"look_alike","text":"another"},
        {"line":9,"level":"error","kind":"expired","text":"elsewhere"}]})");
    const auto told = to_json("list.csv", file, gate_report_from(answer.as_object()));
    std::vector<std::string> texts;
    for (const auto& each : told.at("problems").as_array()) texts.emplace_back(each.at("text").as_string());
    CHECK(texts == std::vector<std::string>{"ended at", "one", "another", "no plate", "elsewhere"});
}
