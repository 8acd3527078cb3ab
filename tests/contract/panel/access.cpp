// Who may use what: every endpoint, with and without a session, from here and from elsewhere.
#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "bench.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

struct Endpoint {
    http::verb verb;
    const char* target;
    bool session;
};
const Endpoint endpoints[] = {
    {http::verb::get, "/api/session", false},   {http::verb::post, "/api/first-guard", false},
    {http::verb::post, "/api/login", false},    {http::verb::post, "/api/logout", true},
    {http::verb::post, "/api/guards", true},    {http::verb::post, "/api/command", true},
    {http::verb::get, "/api/events", true},     {http::verb::get, "/api/look-up?plate=%E7%B2%A4B12345", true},
    {http::verb::get, "/api/picture/p1", true},
};

const json::object open_north{{"action", "open"}, {"lane", "north"}, {"why", "公务来访"}};

}  // namespace

TEST_CASE("every endpoint asks for a session where it must, and answers with one") {
    Bench bench;
    bench.on_loop([&] { bench.gate.guards["李"] = "902714"; });
    for (const auto& endpoint : endpoints) {
        CAPTURE(endpoint.target);
        const auto answer = bench.ask(endpoint.verb, endpoint.target, endpoint.verb == http::verb::post ? "{}" : "");
        CHECK((answer.status == 401) == (endpoint.session || std::string_view(endpoint.target) == "/api/login"));
        CHECK(answer.header("Cache-Control") == "no-store");
    }
    bench.cookie = bench.post("/api/login", {{"name", "李"}, {"pin", "902714"}}).cookie();
    REQUIRE(bench.cookie.size() == std::string("menshen_panel=").size() + 64);
    for (const auto& endpoint : endpoints) {
        if (!endpoint.session || std::string_view(endpoint.target) == "/api/logout") continue;
        CAPTURE(endpoint.target);
        CHECK(bench.ask(endpoint.verb, endpoint.target, endpoint.verb == http::verb::post ? "{}" : "").status != 401);
    }
}

TEST_CASE("a foreign Host is refused on every endpoint (DNS rebinding)") {
    Bench bench;
    bench.log_in();
    for (const auto& endpoint : endpoints) {
        CAPTURE(endpoint.target);
        for (const char* host : {"evil.example", "127.0.0.1.evil.example:80", "", "[::1", "localhost@evil.example"}) {
            CHECK(bench
                      .ask(endpoint.verb, endpoint.target, endpoint.verb == http::verb::post ? "{}" : "",
                           {{"Host", host}})
                      .status == 403);
        }
    }
    CHECK(bench.get("/", {{"Host", "evil.example"}}).status == 403);
    CHECK(bench.get("/api/session", {{"Host", "localhost:9999"}}).status == 200);
}

TEST_CASE("a POST from another origin does nothing (CSRF)") {
    Bench bench;
    bench.log_in();
    for (const char* origin : {"http://evil.example", "", "null", "http://127.0.0.1:1", "https://127.0.0.1"}) {
        CAPTURE(origin);
        CHECK(bench.post("/api/command", open_north, {{"Origin", origin}}).status == 403);
    }
    CHECK(bench.post("/api/command", open_north, {{"Content-Type", "text/plain"}}).status == 415);
    CHECK(bench.on_loop([&] { return bench.gate.commands.size(); }) == 0);
    CHECK(bench.post("/api/command", open_north).status == 200);
    REQUIRE(bench.on_loop([&] { return bench.gate.commands.size(); }) == 1);
    CHECK(bench.on_loop([&] { return bench.gate.commands[0].guard; }) == "张卫");
}

TEST_CASE("first start: one guard, a PIN that is not trivial, and never again") {
    Bench bench;
    CHECK(bench.get("/api/session").body()["first_start"] == true);
    for (const char* pin : {"12345", "123456", "111111", "121212", "123123", "654321", "90271a", "9027149027149"}) {
        CAPTURE(pin);
        CHECK(bench.post("/api/first-guard", {{"name", "张卫"}, {"pin", pin}}).status == 422);
    }
    for (const char* name : {"", " 张", "a\nb"}) {
        CAPTURE(name);
        CHECK(bench.post("/api/first-guard", {{"name", name}, {"pin", "902714"}}).status == 422);
    }
    const auto made = bench.post("/api/first-guard", {{"name", "张卫"}, {"pin", "902714"}});
    CHECK(made.status == 200);
    CHECK(made.header("Set-Cookie").find("; HttpOnly; SameSite=Strict") != std::string::npos);
    CHECK(bench.post("/api/first-guard", {{"name", "李"}, {"pin", "902714"}}).status == 409);
    bench.cookie = made.cookie();
    CHECK(bench.get("/api/session").body()["guard"] == "张卫");
    CHECK(bench.post("/api/guards", {{"name", "李"}, {"pin", "481506"}}).status == 200);
    CHECK(bench.post("/api/guards", {{"name", "李"}, {"pin", "481506"}}).status == 409);
}

TEST_CASE("login: wrong PIN, too many, busy; the old session ends with a new one") {
    Bench bench;
    bench.log_in();
    const auto old = bench.cookie;
    CHECK(bench.post("/api/login", {{"name", "张卫"}, {"pin", "000000"}}).status == 401);
    CHECK(bench.post("/api/login", {{"name", "nobody"}, {"pin", "902714"}}).status == 401);
    bench.on_loop([&] { bench.gate.check_answer = Status{Errc::exhausted, "locked"}; });
    CHECK(bench.post("/api/login", {{"name", "张卫"}, {"pin", "902714"}}).status == 429);
    bench.on_loop([&] { bench.gate.check_answer = {}; });
    const auto again = bench.post("/api/login", {{"name", "张卫"}, {"pin", "902714"}});
    CHECK(again.status == 200);
    CHECK(bench.get("/api/session", {{"Cookie", old}}).body()["guard"].is_null());
    CHECK(!bench.get("/api/session", {{"Cookie", again.cookie()}}).body()["guard"].is_null());
}

TEST_CASE("a session ends at logout and after twelve hours without a touch; pictures are no touch") {
    Bench bench;
    bench.log_in();
    const auto later = [&](Duration by) { bench.on_loop([&] { bench.clock.time.mono += by; }); };
    later(std::chrono::hours(11));
    CHECK(bench.post("/api/command", open_north).status == 200);  // a touch
    later(std::chrono::hours(11));
    CHECK(bench.get("/api/picture/none").status == 404);
    later(std::chrono::hours(1));
    CHECK(bench.get("/api/picture/none").status == 401);
    bench.cookie = bench.post("/api/login", {{"name", "张卫"}, {"pin", "902714"}}).cookie();
    CHECK(bench.get("/api/events").status == 200);
    CHECK(bench.post("/api/logout", json::object()).status == 200);
    CHECK(bench.get("/api/events").status == 401);
}

TEST_CASE("sessions are bounded: the one idle longest gives way") {
    panel::Config config;
    config.sessions = 3;
    Bench bench(config);
    bench.log_in();
    const auto first = bench.cookie;
    bench.cookie.clear();
    for (int i = 0; i < 3; ++i) {
        bench.on_loop([&] { bench.clock.time.mono += seconds(1); });
        CHECK(bench.post("/api/login", {{"name", "张卫"}, {"pin", "902714"}}).status == 200);
    }
    CHECK(bench.get("/api/events", {{"Cookie", first}}).status == 401);
}

TEST_CASE("the gate hears of every guard who comes or goes, for its journal") {
    using Changed = FakeGate::Changed;
    panel::Config config;
    config.sessions = 2;
    config.session_check = milliseconds(10);
    Bench bench(config);
    const auto heard = [&] { return bench.on_loop([&] { return std::exchange(bench.gate.changes, {}); }); };
    const auto log_in = [&](const char* name) {
        bench.on_loop([&] { bench.clock.time.mono += seconds(1); });
        return bench.post("/api/login", {{"name", name}, {"pin", "902714"}}).cookie();
    };
    bench.log_in();
    CHECK(heard() ==
          std::vector{Changed{"张卫", GuardChange::created, "张卫"}, Changed{"张卫", GuardChange::login, ""}});
    CHECK(bench.post("/api/guards", {{"name", "李"}, {"pin", "902714"}}).status == 200);
    CHECK(heard() == std::vector{Changed{"张卫", GuardChange::created, "李"}});
    CHECK(bench.post("/api/logout", json::object()).status == 200);
    CHECK(heard() == std::vector{Changed{"张卫", GuardChange::logout, ""}});

    bench.cookie = log_in("李");
    CHECK(heard().empty());         // the gate has checked the PIN itself and knows
    bench.cookie = log_in("张卫");  // at the same page
    CHECK(heard() == std::vector{Changed{"李", GuardChange::logout, ""}});
    bench.cookie.clear();
    (void)log_in("李");
    (void)log_in("李");
    CHECK(heard() == std::vector{Changed{"张卫", GuardChange::displaced, ""}});

    bench.on_loop([&] { bench.clock.time.mono += std::chrono::hours(12); });
    std::vector<Changed> expired;
    while (expired.size() < 2) std::ranges::copy(heard(), std::back_inserter(expired));
    CHECK(expired == std::vector(2, Changed{"李", GuardChange::expired, ""}));
}

TEST_CASE("the live channel needs our origin, our host and a session") {
    Bench bench;
    CHECK(LivePage(bench).refusal.result_int() == 401);
    bench.log_in();
    CHECK(LivePage(bench, {{"Origin", "http://evil.example"}}).refusal.result_int() == 403);
    CHECK(LivePage(bench, {{"Origin", ""}}).refusal.result_int() == 403);
    CHECK(LivePage(bench, {{"Host", "evil.example"}}).refusal.result_int() == 403);
    CHECK(LivePage(bench).refusal.result_int() == 101);
}

TEST_CASE("off localhost without TLS is refused, with what to do") {
    asio::io_context io;
    FakeGate gate;
    FakeClock clock;
    panel::Config config;
    config.address = "0.0.0.0";
    const auto started = panel::Server::start(io, gate, clock, config);
    REQUIRE(!started);
    CHECK(started.error().code == Errc::invalid);
    CHECK(started.error().message.find("certificate") != std::string::npos);
    config.address = "gate.local";
    CHECK(!panel::Server::start(io, gate, clock, config));
    config.address = "127.0.0.1";
    config.certificate = "/nonexistent.pem";
    config.key = "/nonexistent.key";
    CHECK(!panel::Server::start(io, gate, clock, config));
}
