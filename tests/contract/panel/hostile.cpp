// Clients that mean harm: the loop keeps serving the guard (I17), memory and connections stay bounded (I23).
#include <doctest/doctest.h>

#include "bench.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

void send(tcp::socket& socket, const std::string& text) {
    beast::error_code ignored;
    asio::write(socket, asio::buffer(text), ignored);
}

/// True if the other side closed (nothing more comes, now or within the socket's patience).
bool is_closed(tcp::socket& socket) {
    char byte = 0;
    beast::error_code ec;
    socket.read_some(asio::buffer(&byte, 1), ec);
    return ec == asio::error::eof || ec == asio::error::connection_reset;
}

}  // namespace

TEST_CASE("I23: bodies over 16 KiB and headers over 8 KiB are refused and the connection ends") {
    Bench bench;
    bench.log_in();
    CHECK(bench.ask(http::verb::post, "/api/command", std::string(17 * 1024, ' ')).status == 413);
    auto socket = bench.connect();
    send(socket, "POST /api/login HTTP/1.1\r\nHost: " + bench.host() + "\r\nContent-Length: 99999999999\r\n\r\n");
    CHECK(Bench::read(socket).status == 413);
    CHECK(bench.get("/" + std::string(9000, 'a')).status == 431);
    CHECK(bench.get("/", {{"X-Long", std::string(9000, 'a')}}).status == 431);
}

TEST_CASE("nonsense instead of HTTP or JSON gets a clear answer") {
    Bench bench;
    bench.log_in();
    auto socket = bench.connect();
    send(socket, "\x16\x03\x01 this is not HTTP\r\n\r\n");
    CHECK(Bench::read(socket).status == 400);
    const std::string deep(10000, '[');
    const std::string bodies[] = {"", "{", "[]", "null", "\xff\xfe", deep, "{\"action\":\"\xc3\x28\"}"};
    for (const auto& body : bodies) {
        CAPTURE(body.substr(0, 20));
        CHECK(bench.ask(http::verb::post, "/api/command", body).status == 400);
    }
    CHECK(bench.get("/api/look-up?plate=%zz").status == 400);
    CHECK(bench.get("/api/look-up?plate=" + std::string(4096, 'A')).status == 422);
}

TEST_CASE("I17: a slow request is cut off at its deadline while others are served") {
    panel::Config config;
    config.read_within = milliseconds(150);
    Bench bench(config);
    bench.log_in();
    auto slow = bench.connect();
    send(slow, "GET / HTTP/1.1\r\nHost: ");  // and nothing more
    CHECK(bench.get("/api/session").status == 200);
    CHECK(is_closed(slow));
    auto silent = bench.connect();
    CHECK(is_closed(silent));
}

TEST_CASE("I17: a hoard of idle connections does not keep the guard out") {
    panel::Config config;
    config.connections = 8;
    Bench bench(config);
    bench.log_in();
    std::vector<tcp::socket> hoard;
    for (int i = 0; i < 40; ++i) hoard.push_back(bench.connect());
    CHECK(bench.get("/api/events").status == 200);
    CHECK(is_closed(hoard.front()));
    LivePage page(bench);
    CHECK(page.next().contains("snapshot"));
    for (int i = 0; i < 40; ++i) hoard.push_back(bench.connect());
    CHECK(bench.get("/api/session").status == 200);
    bench.on_loop([&] { bench.gate.publish({{"faults", json::array()}}); });
    CHECK(page.next_news().contains("faults"));  // the guard's page kept its place
}

TEST_CASE("I23: a page that does not read gets a fresh snapshot instead of a growing queue, or is cut off") {
    panel::Config config;
    config.live_queue = 8;
    config.write_within = milliseconds(400);
    Bench bench(config);
    bench.log_in();
    LivePage page(bench);
    CHECK(page.next().contains("snapshot"));
    bench.on_loop([&] {
        for (int i = 0; i < 200; ++i) bench.gate.publish({{"passed", {{"sequence", i}}}});
    });
    // Two hundred at once are more than the queue: the page starts anew.
    bool fresh = false;
    for (int i = 0; i < 12 && !fresh; ++i) fresh = page.next().contains("snapshot");
    CHECK(fresh);

    LivePage frozen(bench);
    const std::string big(200'000, 'x');
    const auto flood = [&] {
        for (int i = 0; i < 100; ++i) bench.gate.publish({{"lane", {{"id", big}}}});
    };
    bool gone = false;
    for (int round = 0; round < 100 && !gone; ++round) {
        bench.on_loop(flood);
        CHECK(bench.get("/api/session").status == 200);
        gone = bench.on_loop([&] { return bench.gate.snapshots; }) > 60;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    beast::error_code ec;
    CHECK(bench.get("/api/events").status == 200);
}

TEST_CASE("a page that talks on the live channel is cut off") {
    Bench bench;
    bench.log_in();
    SUBCASE("messages") {
        LivePage page(bench);
        for (int i = 0; i < 200 && !page.error; ++i) page.stream().write(asio::buffer("{}", 2), page.error);
        while (!page.error) (void)page.next();
        CHECK(page.error);
    }
    SUBCASE("pings") {
        LivePage page(bench);
        for (int i = 0; i < 2000 && !page.error; ++i) page.stream().ping({}, page.error);
        while (!page.error) (void)page.next();
        CHECK(page.error);
    }
    SUBCASE("one message over the bound") {
        LivePage page(bench);
        page.stream().write(asio::buffer(std::string(5000, ' ')), page.error);
        while (!page.error) (void)page.next();
        CHECK(page.error);
    }
    CHECK(bench.get("/api/session").status == 200);
}

TEST_CASE("a login storm asks the gate for at most two checks at a time") {
    Bench bench;
    bench.log_in();
    bench.on_loop([&] { bench.gate.silent = true; });
    std::vector<tcp::socket> storm;
    const std::string body = R"({"name":"x","pin":"902714"})";
    const std::string request =
        "POST /api/login HTTP/1.1\r\nHost: " + bench.host() + "\r\nOrigin: http://" + bench.host() +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    for (int i = 0; i < 2; ++i) {
        storm.push_back(bench.connect());
        send(storm.back(), request);
    }
    while (bench.on_loop([&] { return bench.gate.unanswered.size(); }) < 2) std::this_thread::yield();
    CHECK(bench.post("/api/login", {{"name", "张卫"}, {"pin", "902714"}}).status == 429);
    CHECK(bench.on_loop([&] { return bench.gate.unanswered.size(); }) == 2);
    bench.on_loop([&] {
        for (auto& done : bench.gate.unanswered) done(Status{Errc::denied, ""});
    });
    for (auto& socket : storm) CHECK(Bench::read(socket).status == 401);
}

TEST_CASE("stopping with requests, answers and pages open leaves nothing behind") {
    Bench bench;
    bench.log_in();
    bench.on_loop([&] { bench.gate.silent = true; });
    LivePage page(bench);
    CHECK(page.next().contains("snapshot"));
    auto waiting = bench.connect();
    send(waiting, "GET / HT");
}
