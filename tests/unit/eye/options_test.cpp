#include "eye/options.hpp"

#include <doctest/doctest.h>

using namespace menshen;

TEST_CASE("a child is told everything its parent knows") {
    eye::CameraOptions told;
    told.id = "entry";
    told.lane = "in";
    told.url = "rtsp://10.0.0.1/\"quoted\"\n";
    told.credentials = "/etc/menshen/entry";
    told.region = {{0.25F, 0.5F}, {1, 0.5F}, {1, 1}};
    told.loop = true;
    told.max_fps = 3.5;
    told.socket = "/run/menshen/eye.sock";
    told.models = "/m";
    told.memory_mb = 7;
    const auto heard = eye::camera_options_from(eye::to_text(told));
    REQUIRE(heard.ok());
    CHECK(heard->id == told.id);
    CHECK(heard->lane == told.lane);
    CHECK(heard->url == told.url);
    CHECK(heard->credentials == told.credentials);
    CHECK(heard->region == told.region);
    CHECK(heard->loop);
    CHECK(heard->max_fps == 3.5);
    CHECK(heard->socket == told.socket);
    CHECK(heard->models == told.models);
    CHECK(heard->memory_mb == 7);
}

TEST_CASE("half a telling is an error") {
    for (const char* text : {"", "{", "[]", R"({"id":"a"})", R"({"id":1,"lane":2})"}) {
        CAPTURE(text);
        CHECK_FALSE(eye::camera_options_from(text).ok());
    }
}
