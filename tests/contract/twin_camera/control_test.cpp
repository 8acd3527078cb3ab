// The control port: what it obeys, what it reports, and what it refuses without falling.
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <ctime>

#include "twin_process.hpp"

using namespace menshen::test;

namespace {

std::int64_t boottime_ns() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

auto event(std::string_view kind, std::string_view id, std::string_view what = {}) {
    return [=](const boost::json::object& e) {
        const auto is = [&](const char* name, std::string_view text) {
            const auto* value = e.if_contains(name);
            return value != nullptr && value->is_string() && std::string_view(value->get_string()) == text;
        };
        return is("event", kind) && is("id", id) && (what.empty() || is("what", what));
    };
}

bool ok(const boost::json::object& answer) {
    return answer.at("ok").as_bool();
}

}  // namespace

TEST_CASE("an arrival is reported: readable, at the stop, gone, in that order and in boot time") {
    const TwinProcess twin({"--fps", "15"});
    Director director(twin);
    const std::int64_t before = boottime_ns();
    const auto answer =
        director.ask(R"({"do":"arrive","id":"c","plate":"浙A12345","style":"day","colour":"blue","seed":7,"seq":42})");
    CHECK(ok(answer));
    CHECK(answer.at("seq").as_int64() == 42);
    const auto readable = director.await(event("shown", "c", "readable"));
    const auto stop = director.await(event("shown", "c", "stop"));
    CHECK(readable.at("camera") == "in");
    CHECK(readable.at("plate_px").as_int64() >= 60);
    CHECK(stop.at("plate_px").as_int64() >= 130);
    CHECK(stop.at("plate_px").as_int64() <= 200);
    CHECK(before < readable.at("t").as_int64());
    CHECK(readable.at("t").as_int64() < stop.at("t").as_int64());
    CHECK(stop.at("t").as_int64() < boottime_ns());
    CHECK(ok(director.ask(R"({"do":"arm","up":1.0})")));
    CHECK(ok(director.ask(R"({"do":"go","id":"c"})")));
    CHECK(director.await(event("gone", "c")).at("t").as_int64() > stop.at("t").as_int64());
}

TEST_CASE("a tailgater follows: the second stops where the first stood") {
    const TwinProcess twin({"--size", "640x360"});
    Director director(twin);
    CHECK(ok(director.ask(R"({"do":"arrive","id":"a","plate":"浙A12345"})")));
    director.await(event("shown", "a", "stop"));
    CHECK(ok(director.ask(R"({"do":"go","id":"a"})")));
    CHECK(ok(director.ask(R"({"do":"arrive","id":"b","plate":"苏E6Q7K8"})")));
    director.await(event("gone", "a"));
    director.await(event("shown", "b", "stop"));
}

TEST_CASE("wrong lines get an answer that says what to write, and the twin goes on") {
    TwinProcess twin({"--size", "320x180"});
    Director director(twin);
    for (const std::string& line : {
             std::string("nonsense"),
             std::string("[1,2]"),
             std::string("{}"),
             std::string(R"({"do":7})"),
             std::string(R"({"do":"dance"})"),
             std::string(R"({"do":"arrive"})"),
             std::string(R"({"do":"arrive","id":"a"})"),
             std::string(R"({"do":"arrive","id":"a","plate":"浙A12345678901"})"),
             std::string("{\"do\":\"arrive\",\"id\":\"a\",\"plate\":\"\xff\xfe\"}"),
             std::string(R"({"do":"arrive","id":"a","plate":"浙A12345","colour":"mauve"})"),
             std::string(R"({"do":"arrive","id":"a","plate":"浙A12345","style":"snow"})"),
             std::string(R"({"do":"arrive","id":"a","plate":"浙A12345","seed":-1})"),
             std::string(R"({"do":"arrive","id":"a","plate":"浙A12345","seed":1e300})"),
             std::string(R"({"do":"arrive","id":"a","plate":"浙A12345","then":"fly"})"),
             std::string(R"({"do":"arrive","camera":"attic","id":"a","plate":"浙A12345"})"),
             std::string(R"({"do":"go","id":"nobody"})"),
             std::string(R"({"do":"arm"})"),
             std::string(R"({"do":"arm","up":2})"),
             std::string(R"({"do":"park","id":"p","plate":"浙A12345","x":0.2,"y":0})"),
             std::string(R"({"do":"style","style":"dirty"})"),
             std::string(R"({"do":"junk","bytes":-5})"),
             std::string(200, '['),
             std::string("{\"do\":\"") + std::string(8000, 'x') + "\"}",
         }) {
        CAPTURE(line.substr(0, 80));
        const auto answer = director.ask(line);
        CHECK_FALSE(ok(answer));
        CHECK_FALSE(answer.at("error").as_string().empty());
    }
    CHECK(ok(director.ask(R"({"do":"arrive","id":"a","plate":"浙A12345"})")));
    CHECK(ok(director.ask(R"({"do":"clear"})")));
    director.await(event("gone", "a"));
    Wire endless(twin.control_port());
    endless.write(std::string(100000, 'x'));
    CHECK(endless.closes());
    CHECK(ok(director.ask(R"({"do":"style","style":"rain"})")));
    CHECK(twin.end() == 0);
}

TEST_CASE("wrong options are named") {
    const Finished size = run_to_end({TWIN_CAMERA, "--size", "12"});
    CHECK(size.code == 1);
    CHECK(size.out.find("--size") != std::string::npos);
    CHECK(run_to_end({TWIN_CAMERA, "--cameras", "../x"}).code == 1);
    CHECK(run_to_end({TWIN_CAMERA, "--font", "/nowhere.ttf"}).out.find("/nowhere.ttf") != std::string::npos);
    CHECK(run_to_end({TWIN_CAMERA, "--fps", "0"}).code != 0);
}
