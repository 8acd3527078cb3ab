#include "site/site.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace menshen;

namespace {

const std::string good = R"([site]
name = "北门"
data = "data"
run = "/run/menshen"
[panel]
listen = "127.0.0.1:8080"
[evidence]
quota_mb = 500
[[bus]]
id = "house"
kind = "tcp"
address = "192.168.1.200:502"
[[board]]
id = "b1"
bus = "house"
unit = 1
profile = "waveshare-8"
[[camera]]
id = "cam-in"
url = "rtsp://192.168.1.64:554/s1"
lane = "in"
roi = [[0, 0.3], [1, 0.3], [1, 1], [0, 1]]
[[lane]]
id = "in"
direction = "in"
board = "b1"
open = { relay = 0, pulse_ms = 700 }
stop = { relay = 2 }
approach = 0
under = 1
photocell = { input = 2, normally = "closed" }
fire = { input = 3, normally = "closed", action = "pulse" }
[lane.policy]
grant_likelihood = 0.93
[lane.times]
grant_waits_s = 20
)";

/// The good file with `from` replaced, parsed.
site::Loaded with(const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return site::parse(text.replace(at, from.size(), to), "/etc/menshen/site.toml");
}

/// True if some mistake stands at `line` and holds `words`.
bool names(const site::Loaded& loaded, int line, const std::string& words) {
    return std::any_of(loaded.mistakes.begin(), loaded.mistakes.end(), [&](const site::Mistake& m) {
        return m.line == line && m.text.find(words) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("a good file gives the whole site") {
    const auto loaded = site::parse(good, "/etc/menshen/site.toml");
    for (const auto& m : loaded.mistakes) MESSAGE(site::format(m));
    REQUIRE(loaded.site);
    const auto& s = *loaded.site;
    CHECK(s.data == "/etc/menshen/data");
    CHECK(s.evidence_quota == 500'000'000U);
    REQUIRE(s.lanes.size() == 1);
    const auto& lane = s.lanes[0];
    CHECK(lane.machine.has_photocell);
    CHECK_FALSE(lane.machine.has_arm);
    CHECK_FALSE(lane.photocell->normally_open);
    CHECK(lane.machine.fire == lane::FireAction::pulse);
    CHECK(lane.policy.grant_likelihood == doctest::Approx(0.93));
    CHECK(lane.machine.grant_waits == std::chrono::seconds(20));
    CHECK(s.buses[0].ip == "192.168.1.200");
    CHECK(s.cameras[0].roi.size() == 4);
}

TEST_CASE("mistakes are named with line and remedy") {
    CHECK(names(with("name = \"北门\"", "nam = \"北门\""), 2, "did you mean \"name\""));
    CHECK(names(with("192.168.1.200:502", "gatehouse"), 12, "is no address"));
    CHECK(names(with("kind = \"tcp\"", "kind = \"can\""), 11, "one of"));
    CHECK(names(with("bus = \"house\"", "bus = \"hous\""), 13, "there is: house"));
    CHECK(names(with("rtsp://192", "rtsp://admin:12345@192"), 20, "credentials"));
    CHECK(names(with("lane = \"in\"", "lane = \"inn\""), 18, "no [[lane]] \"inn\""));
    CHECK(names(with("under = 1", "under = 0"), 23, "already the approach loop"));
    CHECK(names(with("input = 3", "input = 2"), 23, "already the photocell"));
    CHECK(names(with("stop = { relay = 2 }", "stop = { relay = 0 }"), 23, "already the open"));
    CHECK(names(with("grant_likelihood = 0.93", "grant_likelihood = 93"), 34, "from 0.5 to 1"));
    CHECK(names(with("roi = [[0, 0.3], [1, 0.3], [1, 1], [0, 1]]", "roi = [[0, 300]]"), 22, "three or more"));
    CHECK(names(with("listen = \"127.0.0.1:8080\"", "listen = \"0.0.0.0:8080\""), 0, "certificate"));
    CHECK(names(with("[[bus]]", "[bus]"), 9, "two brackets"));
    CHECK(names(with("direction = \"in\"", "direction = in"), 25, ""));
}

TEST_CASE("close by menshen needs a relay and something that sees a car (I12)") {
    const auto loaded =
        with("stop = { relay = 2 }\napproach = 0\nunder = 1\nphotocell = { input = 2, normally = \"closed\" }",
             "close_by = \"menshen\"");
    CHECK(names(loaded, 23, "needs a relay"));
    CHECK(names(loaded, 23, "come down on a car"));
}

TEST_CASE("every mistake comes in one go, in the order of lines") {
    auto loaded = site::parse("[site]\nfoo = 1\n[[lane]]\nid = \"Ä\"\nzone = 4\n", "s.toml");
    CHECK_FALSE(loaded.site);
    CHECK(loaded.mistakes.size() >= 5);
    CHECK(std::is_sorted(loaded.mistakes.begin(), loaded.mistakes.end(),
                         [](const auto& a, const auto& b) { return a.line < b.line; }));
}

TEST_CASE("a missing or hostile file is an answer, not a crash") {
    CHECK(site::load("/nonexistent/site.toml").mistakes.size() == 1);
    CHECK_FALSE(site::parse(std::string(100'000, '['), "s.toml").site);
    CHECK_FALSE(site::parse(std::string("\0\xff\xfe", 3), "s.toml").site);
}

TEST_CASE("a registry: scope and gate are names, and the gate without one stands alone") {
    CHECK_FALSE(with("quota_mb = 500", "quota_mb = 500").site->registry);
    const auto loaded =
        with("[evidence]", "[registry]\nscope = \"yard\"\ngate = \"north\"\ncommon = false\n[evidence]");
    REQUIRE(loaded.site);
    CHECK(loaded.site->registry->scope == "yard");
    CHECK(loaded.site->registry->gate == "north");
    CHECK_FALSE(loaded.site->registry->common);
    CHECK(loaded.site->registry->group == "menshen-courier");
    const auto bad = with("[evidence]", "[registry]\nscope = \"Yard\"\n[evidence]");
    CHECK(names(bad, 8, "no name"));
    CHECK(names(bad, 7, "gate"));
    CHECK_FALSE(with("[evidence]", "[registry]\nscope = \"local\"\ngate = \"g\"\n[evidence]").site);
}
