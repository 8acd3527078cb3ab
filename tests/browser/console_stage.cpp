// A registry on free ports, with a clock that the browser test owns, and gates that do what it says. Speaks one JSON
// object a line:
//   in   {"do":"pass","seconds":30}
//        {"do":"enrol","gate":"east","code":"…"}              with the code that the console has shown
//        {"do":"poll","gate":"east","scopes":{"main":"1:2"},"state":{…}}
//        {"do":"events","gate":"east","events":[{"kind","lane","arrival","ago","body"}…]}     ago: seconds
//        {"do":"picture","gate":"east","sha256":"…","base64":"…"}
//   out  {"ready":true,"url":…,"code":…} first, {"did":…,"status":…} for each line
#define DOCTEST_CONFIG_IMPLEMENT
#include <boost/beast/core/detail/base64.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <iostream>

#include "gate_log.hpp"

namespace {

using namespace menshen;
using namespace menshen::registry::server;
namespace json = boost::json;
namespace base64 = boost::beast::detail::base64;

void print(const json::object& line) {
    std::cout << json::serialize(line) << std::endl;
}

std::string decoded(std::string_view text) {
    std::string bytes(base64::decoded_size(text.size()), '\0');
    bytes.resize(base64::decode(bytes.data(), text.data(), text.size()).first);
    return bytes;
}

struct Actor {
    test::EnrolledGate gate;
    test::GateLog log;
    explicit Actor(test::EnrolledGate enrolled, char digit) : gate(std::move(enrolled)), log(digit) {}
};

class Stage {
  public:
    Stage() : rig_({}, test::Chief::nobody_yet) {
        print({{"ready", true}, {"url", rig_.admin_address() + "/"}, {"code", rig_.made.code}});
    }

    void play(const json::object& line) {
        const std::string what(line.at("do").as_string());
        long status = 200;
        if (what == "pass") rig_.pass(seconds(line.at("seconds").as_int64()));
        if (what == "enrol") {
            const auto digit = static_cast<char>('a' + gates_.size());
            const auto key = text(line, "gate");
            gates_.emplace(key, Actor(rig_.enrol_by(text(line, "code"), key), digit));
        }
        if (what == "poll") status = poll(line);
        if (what == "events") status = write(line);
        if (what == "picture") {
            const auto& gate = gates_.at(text(line, "gate")).gate;
            status =
                gate.client->ask("PUT", "/v1/evidence/" + text(line, "sha256"), decoded(text(line, "base64"))).status;
        }
        print({{"did", what}, {"status", status}});
    }

  private:
    static std::string text(const json::object& line, std::string_view key) {
        return std::string(line.at(key).as_string());
    }

    long poll(const json::object& line) {
        const auto& gate = gates_.at(text(line, "gate")).gate;
        return gate.client
            ->post("/v1/poll",
                   {{"scopes", line.at("scopes")}, {"wait", 0}, {"version", "0.1.0"}, {"state", line.at("state")}})
            .status;
    }

    long write(const json::object& line) {
        auto& [gate, log] = gates_.at(text(line, "gate"));
        const auto from = static_cast<std::int64_t>(log.lines.size()) + 1;
        for (const auto& each : line.at("events").as_array()) {
            const auto kind = text(each.as_object(), "kind");
            const auto lane = text(each.as_object(), "lane");
            const auto body = json::serialize(each.at("body"));
            bundle::EventRecord event;
            event.utc = (rig_.now().utc - seconds(each.at("ago").as_int64())).time_since_epoch().count();
            event.kind = kind;
            event.lane = lane;
            event.arrival = each.at("arrival").as_int64();
            event.body = body;
            log.add(std::move(event));
        }
        return test::send(gate, log.batch(gate, from, static_cast<std::int64_t>(log.lines.size()))).status;
    }

    test::Rig rig_;
    std::map<std::string, Actor> gates_;
};

}  // namespace

int main() {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    doctest::Context checks;  // the rig's own, outside of any test
    checks.setAsDefaultForAssertsOutOfTestCases();
    Stage stage;
    for (std::string line; std::getline(std::cin, line);) stage.play(json::parse(line).as_object());
    return 0;
}
