#include "director/scenario.hpp"

#include <doctest/doctest.h>

#include "director/programme.hpp"

using namespace menshen;
using namespace menshen::director;

namespace {

Step granted() {
    Step step;
    step.name = "permit in";
    step.lane = "in";
    step.car.plate = "浙B7K359";
    step.expect.read = "浙B7K359";
    step.expect.verdict = "grant";
    step.expect.pulses = 1;
    step.expect.passed = 1;
    return step;
}

Row as_granted() {
    Row row;
    row.read = "浙B7K359";
    row.verdict = "grant";
    row.pulses = 1;
    row.passed = 1;
    row.closed = true;
    row.relay_ms = 41.6;
    return row;
}

}  // namespace

TEST_CASE("the scenario that ./run --smoke plays can be read, and covers every action") {
    const auto steps = read_scenario(SIMULATED_CONFIG "/smoke.toml");
    REQUIRE_MESSAGE(steps.ok(), (steps.ok() ? "" : steps.error().message));
    for (const auto action : {Action::arrive, Action::tailgate, Action::issue, Action::cancel, Action::park,
                              Action::board_dead, Action::board_back, Action::camera_cut, Action::camera_back}) {
        CAPTURE(to_string(action));
        CHECK(std::count_if(steps->begin(), steps->end(), [&](const Step& s) { return s.action == action; }) > 0);
    }
}

TEST_CASE("the cars that ./run shows can be read") {
    const auto cars = read_cars(SIMULATED_CONFIG "/cars.toml");
    REQUIRE_MESSAGE(cars.ok(), (cars.ok() ? "" : cars.error().message));
    CHECK(cars->size() >= 8);
    CHECK(parse_cars("[[car]]\ncolour = \"blue\"", "cars.toml").error().message == "cars.toml:1: a car needs plate =");
    CHECK_FALSE(parse_cars("", "cars.toml").ok());
}

TEST_CASE("mistakes in a scenario are named with their line") {
    const auto message = [](std::string_view text) { return parse_scenario(text, "f.toml").error().message; };
    CHECK(message("") == "f.toml: no [[step]] in it");
    CHECK(message("[[step]]\nname = \"a\"\nlane = \"in\"\ndo = \"fly\"").find("f.toml:1: do = must be one of arrive") ==
          0);
    CHECK(message("[[step]]\nname = \"a\"\nlane = \"in\"\ndo = \"arrive\"") == "f.toml:1: plate = is needed");
    CHECK(message("[[step]]\nspeed = 1").find("f.toml:2: \"speed\" is unknown") == 0);
    CHECK(message("[[step]]\nname = \"a\"\nlane = \"in\"\ndo = \"board_dead\"\nexpect = { colour = \"\" }")
              .find("f.toml:5:") == 0);
    CHECK(message("[[step").find("f.toml:1:") == 0);
}

TEST_CASE("what is as expected has no differences; what is not names each") {
    CHECK(differences(granted(), as_granted()).empty());
    auto row = as_granted();
    row.verdict = "refer";
    row.pulses = 2;
    row.closed = false;
    CHECK(differences(granted(), row) == std::vector<std::string>{"verdict refer instead of grant",
                                                                  "2 openings instead of 1",
                                                                  "the arm did not come down"});
    row.trouble = "not played";
    CHECK(differences(granted(), row) == std::vector<std::string>{"not played"});
}

TEST_CASE("alarms and faults are looked for, not counted") {
    Step step;
    step.expect.alarm = "tailgate";
    step.expect.fault = "bus_down";
    step.expect.cleared = "bus_down";
    CHECK(differences(step, Row{}).size() == 3);
    Row row;
    row.alarms = {"backed_out", "tailgate"};
    row.raised = row.cleared = {"bus_down"};
    CHECK(differences(step, row).empty());
}

TEST_CASE("a dash expects that nothing was read") {
    Step step;
    step.expect.read = "-";
    CHECK(differences(step, Row{}).empty());
    Row row;
    row.read = "浙B7K359";
    CHECK(differences(step, row).size() == 1);
}

TEST_CASE("the table's lines say what was seen and what is wrong") {
    const auto line = table_line(granted(), as_granted(), {});
    CHECK(line.find("permit in") == 0);
    CHECK(line.find(" 42 ") != std::string::npos);
    CHECK(line.substr(line.size() - 2) == "ok");
    CHECK(table_line(granted(), Row{}, {"nothing read"}).find("NO: nothing read") != std::string::npos);
}

TEST_CASE("an expectation may leave a choice") {
    Step step;
    step.expect.reason = "permit_valid|ambiguous";
    Row row;
    for (const auto* seen : {"permit_valid", "ambiguous"}) {
        row.reason = seen;
        CHECK(differences(step, row).empty());
        CHECK(judged_as_expected(step.expect, row));
    }
    for (const auto* seen : {"", "permit", "expired", "permit_valid|ambiguous"}) {
        row.reason = seen;
        CHECK(differences(step, row).size() == 1);
        CHECK_FALSE(judged_as_expected(step.expect, row));
    }
}
