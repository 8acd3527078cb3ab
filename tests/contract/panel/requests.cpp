// What a guard's page asks, and what the gate behind it sees.
#include <doctest/doctest.h>

#include "bench.hpp"

using namespace menshen;
using namespace menshen::test;
using Action = GuardCommand::Action;

TEST_CASE("a command reaches the gate as the guard meant it") {
    Bench bench;
    bench.log_in();
    CHECK(bench
              .post("/api/command", {{"action", "admit"},
                                     {"lane", "north"},
                                     {"arrival", 7},
                                     {"plate", "粤b·12345"},
                                     {"why", "证件核对无误"}})
              .status == 200);
    CHECK(bench
              .post("/api/command", {{"action", "register_visitor"},
                                     {"plate", "粤BD12345"},
                                     {"why", "会议"},
                                     {"until", "2026-11-22 18:00"}})
              .status == 200);
    const auto commands = bench.on_loop([&] { return bench.gate.commands; });
    REQUIRE(commands.size() == 2);
    CHECK(commands[0].action == Action::admit);
    CHECK(commands[0].arrival == 7);
    CHECK(commands[0].plate == "粤B12345");
    CHECK(commands[0].why == "证件核对无误");
    CHECK(commands[1].action == Action::register_visitor);
    CHECK(commands[1].until == "2026-11-22T18:00:00");
}

TEST_CASE("P2: no command without a reason, and none that is incomplete") {
    Bench bench;
    bench.log_in();
    const json::object bad[] = {
        {{"action", "open"}, {"lane", "north"}},
        {{"action", "open"}, {"lane", "north"}, {"why", "  "}},
        {{"action", "open"}, {"lane", "north"}, {"why", 7}},
        {{"action", "open"}, {"lane", "north"}, {"why", std::string(1000, 'x')}},
        {{"action", "open"}, {"why", "x"}},
        {{"action", "open"}, {"lane", "../north"}, {"why", "x"}},
        {{"action", "explode"}, {"lane", "north"}, {"why", "x"}},
        {{"action", "admit"}, {"lane", "north"}, {"plate", "粤B12345"}, {"why", "x"}},
        {{"action", "admit"}, {"lane", "north"}, {"arrival", 7}, {"why", "x"}},
        {{"action", "admit"}, {"lane", "north"}, {"arrival", -7}, {"plate", "粤B12345"}, {"why", "x"}},
        {{"action", "admit"}, {"lane", "north"}, {"arrival", 7}, {"plate", "粤BIO345"}, {"why", "x"}},
        {{"action", "register_visitor"}, {"plate", "粤B12345"}, {"why", "x"}, {"until", "tomorrow"}},
        {{"action", "register_visitor"}, {"why", "x"}},
    };
    for (const auto& body : bad) {
        CAPTURE(json::serialize(body));
        const auto answer = bench.post("/api/command", body);
        CHECK(answer.status == 422);
        CHECK(answer.header("Content-Type") == "application/problem+json");
        CHECK(!answer.body()["detail"].as_string().empty());
        CHECK(!answer.body()["zh"].as_string().empty());
    }
    CHECK(bench.on_loop([&] { return bench.gate.commands.size(); }) == 0);
}

TEST_CASE("the gate's refusal arrives as a problem with its words") {
    Bench bench;
    bench.log_in();
    bench.on_loop([&] { bench.gate.command_answer = Status{Errc::conflict, "the car has left"}; });
    const auto answer =
        bench.post("/api/command", {{"action", "refuse"}, {"arrival", 7}, {"lane", "north"}, {"why", "x"}});
    CHECK(answer.status == 409);
    CHECK(answer.body()["status"] == 409);
    CHECK(answer.body()["detail"] == "the car has left");
}

TEST_CASE("a gate that does not answer is a 504, not a wait for ever") {
    panel::Config config;
    config.answer_within = milliseconds(50);
    Bench bench(config);
    bench.log_in();
    bench.on_loop([&] { bench.gate.silent = true; });
    CHECK(bench.post("/api/command", {{"action", "open"}, {"lane", "north"}, {"why", "x"}}).status == 504);
    // the late answer changes nothing
    bench.on_loop([&] {
        for (auto& done : bench.gate.unanswered) done({});
    });
    CHECK(bench.get("/api/session").status == 200);
}

TEST_CASE("pictures by id, never by path") {
    Bench bench;
    bench.log_in();
    bench.on_loop(
        [&] { bench.gate.pictures["a-1.jpg"] = std::make_shared<const std::vector<std::uint8_t>>(5000, 0xd8); });
    const auto picture = bench.get("/api/picture/a-1.jpg");
    CHECK(picture.status == 200);
    CHECK(picture.header("Content-Type") == "image/jpeg");
    CHECK(picture.raw.body().size() == 5000);
    for (const char* target :
         {"/api/picture/", "/api/picture/..%2f..%2fetc%2fpasswd", "/api/picture/.hidden", "/api/picture/b"}) {
        CAPTURE(target);
        CHECK(bench.get(target).status == 404);
    }
}

TEST_CASE("past passages and the look-up of a plate") {
    Bench bench;
    bench.log_in();
    bench.on_loop([&] { bench.gate.past.push_back(json::object{{"sequence", 4}}); });
    const auto past = bench.get("/api/events?before=12&limit=20");
    CHECK(past.status == 200);
    CHECK(json::parse(past.raw.body()).as_array().size() == 1);
    CHECK(bench.on_loop([&] { return bench.gate.asked_before; }) == 12);
    CHECK(bench.on_loop([&] { return bench.gate.asked_limit; }) == 20);
    for (const char* query : {"limit=0", "limit=201", "limit=x", "before=-1", "before=1x"}) {
        CAPTURE(query);
        CHECK(bench.get(std::string("/api/events?") + query).status == 422);
    }
    CHECK(bench.get("/api/look-up?plate=%E7%B2%A4b-12345").body()["plate"] == "粤B12345");
    CHECK(bench.get("/api/look-up?plate=hello").status == 422);
}

TEST_CASE("the live channel: snapshot, then every update in order, and a tick when nothing happens") {
    panel::Config config;
    config.heartbeat = milliseconds(20);
    Bench bench(config);
    bench.log_in();
    LivePage page(bench);
    CHECK(page.next()["snapshot"].as_object()["site"] == "测试站");
    CHECK(page.next()["tick"].as_object()["now"] == "2026-11-22T08:30:00");
    bench.on_loop([&] {
        for (int i = 0; i < 20; ++i) bench.gate.publish({{"passed", {{"sequence", i}}}});
    });
    for (int i = 0; i < 20; ++i) CHECK(page.next_news()["passed"].as_object()["sequence"] == i);
}

TEST_CASE("the live channel ends with the session") {
    panel::Config config;
    config.heartbeat = milliseconds(20);
    Bench bench(config);
    bench.log_in();
    LivePage page(bench);
    CHECK(page.next().contains("snapshot"));
    CHECK(bench.post("/api/logout", json::object()).status == 200);
    CHECK(page.next_news().empty());
}

TEST_CASE("pages carry a policy that lets nothing in from elsewhere") {
    Bench bench;
    const auto page = bench.get("/");
    CHECK(page.status == 200);
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.header("Content-Security-Policy").find("default-src 'none'") == 0);
    CHECK(page.header("X-Content-Type-Options") == "nosniff");
    CHECK(page.header("X-Frame-Options") == "DENY");
    CHECK(bench.get("/../../etc/passwd").status == 404);
    CHECK(bench.get("/nothing").status == 404);
    CHECK(bench.ask(http::verb::delete_, "/api/session").status == 405);
    CHECK(bench.ask(http::verb::post, "/nothing", "{}").status == 404);
}

TEST_CASE("a camera's view: the picture once, what is seen in it every time, and only for a guard") {
    Bench bench;
    CHECK(bench.get("/api/camera/cam-1").status == 401);
    CHECK(bench.on_loop([&] { return bench.gate.views_asked; }) == 0);
    bench.log_in();
    bench.on_loop([&] {
        CameraView view;
        view.seen = {{"camera", "cam-1"}, {"plates", json::array{{{"width", 148}}}}};
        bench.gate.views["cam-1"] = view;
    });
    const auto none = bench.get("/api/camera/cam-1").body();
    CHECK(none.at("number") == 0);
    CHECK(none.at("picture") == "");
    bench.on_loop([&] {
        auto& view = bench.gate.views["cam-1"];
        view.number = 7;
        view.picture =
            std::make_shared<const std::vector<std::uint8_t>>(std::vector<std::uint8_t>{0xFF, 0xD8, 0xFF, 0xE0});
    });
    const auto first = bench.get("/api/camera/cam-1?after=6").body();
    CHECK(first.at("number") == 7);
    CHECK(first.at("picture") == "/9j/4A==");
    CHECK(first.at("plates").at(0).at("width") == 148);
    const auto again = bench.get("/api/camera/cam-1?after=7").body();
    CHECK(again.at("picture") == "");
    CHECK(again.at("plates").at(0).at("width") == 148);
    CHECK(bench.get("/api/camera/cam-1?after=x").status == 422);
    CHECK(bench.get("/api/camera/roof").status == 404);
    CHECK(bench.get("/api/camera/..%2F..%2Fetc").status == 404);
    CHECK(bench.post("/api/camera/cam-1", json::object{}).status == 405);
}
