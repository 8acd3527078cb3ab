#include "director/observed.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

using namespace menshen::director;

namespace {

struct Watch {
    boost::asio::io_context io;
    Observed observed{io.get_executor()};
    void journal(const char* text) { observed.take_journal(boost::json::parse(text).as_object()); }
    void barrier(const char* text) { observed.take_barrier("in", boost::json::parse(text).as_object()); }
};

constexpr auto decision = R"({"event":{"sequence":5,"lane":"in","kind":"decision","arrival":7,"body":{
    "input":{"claim":{"last_seen":1000000,"candidates":[{"plate":"浙B7K359","likelihood":0.9}]}},
    "decision":{"plate":"浙B7K359","verdict":"grant","reason":"permit_valid"}}}})";

}  // namespace

TEST_CASE("one arrival's row: decision, time from frame to relay, passage, arm") {
    Watch w;
    const auto from = mark(w.observed.lane("in"));
    w.journal(decision);
    w.barrier(R"({"event":"pulse","lane":0,"what":"open","t":43500000})");
    w.barrier(R"({"event":"arm","lane":0,"arm":"up","t":1})");
    CHECK_FALSE(row_since(w.observed.lane("in"), from).closed);
    w.barrier(R"({"event":"passed","lane":0,"id":"car-1","t":1})");
    w.barrier(R"({"event":"arm","lane":0,"arm":"down","t":1})");
    w.journal(R"({"event":{"sequence":6,"lane":"in","kind":"outcome","arrival":7,"body":{"outcome":"opened"}}})");
    const auto row = row_since(w.observed.lane("in"), from);
    CHECK(row.read == "浙B7K359");
    CHECK(row.verdict == "grant");
    CHECK(row.reason == "permit_valid");
    CHECK(row.outcome == "opened");
    CHECK(row.pulses == 1);
    CHECK(row.passed == 1);
    CHECK(row.closed);
    CHECK(row.relay_ms.value() == doctest::Approx(42.5));
}

TEST_CASE("an opening that waits for the car to come nearer is counted from then") {
    Watch w;
    const auto from = mark(w.observed.lane("in"));
    w.barrier(R"({"event":"approach","lane":0,"id":"car-0","occupied":true,"t":500000})");
    w.journal(decision);
    w.barrier(R"({"event":"approach","lane":0,"id":"car-0","occupied":false,"t":20000000})");
    w.barrier(R"({"event":"approach","lane":0,"id":"car-1","occupied":true,"t":31000000})");
    w.barrier(R"({"event":"pulse","lane":0,"what":"open","t":43500000})");
    w.barrier(R"({"event":"approach","lane":0,"id":"car-2","occupied":true,"t":60000000})");
    CHECK(row_since(w.observed.lane("in"), from).relay_ms.value() == doctest::Approx(12.5));
}

TEST_CASE("what was before the mark, on another lane or by a close relay does not count") {
    Watch w;
    w.journal(decision);
    w.barrier(R"({"event":"pulse","lane":0,"what":"open","t":1})");
    const auto from = mark(w.observed.lane("in"));
    w.barrier(R"({"event":"pulse","lane":0,"what":"close","t":1})");
    w.journal(R"({"event":{"sequence":6,"lane":"out","kind":"fault_raised","body":{"fault":"bus_down"}}})");
    const auto row = row_since(w.observed.lane("in"), from);
    CHECK(row.verdict.empty());
    CHECK(row.pulses == 0);
    CHECK(row.raised.empty());
}

TEST_CASE("an event heard twice counts once") {
    Watch w;
    w.journal(decision);
    w.journal(decision);
    CHECK(w.observed.lane("in").journal.size() == 1);
    CHECK(w.observed.last_sequence() == 5);
}

TEST_CASE("a second thought about the same arrival replaces the first; the next arrival's does not") {
    Watch w;
    const auto from = mark(w.observed.lane("in"));
    const auto say = [&](int sequence, int arrival, const char* reason) {
        w.observed.take_journal({{"event",
                                  {{"sequence", sequence},
                                   {"lane", "in"},
                                   {"kind", "decision"},
                                   {"arrival", arrival},
                                   {"body", {{"decision", {{"reason", reason}}}}}}}});
    };
    say(1, 7, "uncertain");
    say(2, 7, "permit_valid");
    say(3, 8, "expired");
    CHECK(row_since(w.observed.lane("in"), from).reason == "permit_valid");
}

TEST_CASE("a car of an earlier step does not speak for the next; one read late speaks for the unread") {
    Watch w;
    const auto say = [&](int sequence, int arrival, const char* reason) {
        w.observed.take_journal({{"event",
                                  {{"sequence", sequence},
                                   {"lane", "in"},
                                   {"kind", "decision"},
                                   {"arrival", arrival},
                                   {"body", {{"decision", {{"reason", reason}}}}}}}});
    };
    say(1, 7, "uncertain");
    const auto from = mark(w.observed.lane("in"));
    say(2, 7, "unknown_plate");
    CHECK(row_since(w.observed.lane("in"), from).reason.empty());
    say(3, 100, "unreadable");
    CHECK(row_since(w.observed.lane("in"), from).reason == "unreadable");
    say(4, 8, "permit_valid");
    CHECK(row_since(w.observed.lane("in"), from).reason == "permit_valid");
}

TEST_CASE("strange lines are no events") {
    Watch w;
    w.journal(R"({"event":17})");
    w.journal(R"({"event":{"sequence":"x","body":[]}})");
    w.barrier(R"({"event":null})");
    CHECK(w.observed.last_sequence() == 0);
}
