#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/report.hpp"
#include "fake_gate.hpp"
#include "values/decision.hpp"

using namespace menshen;
using namespace menshen::cli;

TEST_CASE("events are one readable line each, in the reader's language") {
    FakeGate gate;
    EventsOptions options;
    options.socket = gate.socket;
    options.language = Language::zh;
    std::ostringstream out, err;
    CHECK(run_events(options, out, err) == Exit::done);
    const auto text = out.str();
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    CHECK(text.find("判定  浙B12345") != std::string::npos);
    CHECK(text.find(std::string(sentence(Reason::expired).zh)) != std::string::npos);
    options.lane = "out";
    options.json = true;
    std::ostringstream one;
    CHECK(run_events(options, one, err) == Exit::done);
    CHECK(boost::json::parse(one.str()).at("sequence").as_int64() == 2);
}

TEST_CASE("a line of an event cannot move the reader's terminal") {
    const auto line = event_line(
        boost::json::parse(R"({"sequence":1,"kind":"alarm","body":{"detail":"a\nb\u001b[2J\u0007\u009b2J\u202ex"}})")
            .as_object(),
        Language::en);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1B') == std::string::npos);
    CHECK(line.find("a b [2J  2J x") != std::string::npos);
    CHECK(line.find("alarm") != std::string::npos);
}

TEST_CASE("status without a gate and with a refusal") {
    FakeGate gate;
    std::ostringstream out, err;
    CHECK(run_status(gate.socket, false, Language::en, out, err) == Exit::refused);
    CHECK(run_status((gate.folder / "none.sock").string(), false, Language::en, out, err) == Exit::no_gate);
    CHECK(err.str().find("not that") != std::string::npos);
}
