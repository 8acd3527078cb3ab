// What is no video: a file of garbage, a bomb among pictures, headers without end, noise, playlists that point
// elsewhere.
#include <doctest/doctest.h>

#include <fstream>

#include "hostile.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

void fails_alone(const HttpPeer& camera) {
    Rig rig(camera.url());
    CHECK(rig.gate.hears(30'000, beat("failed")));
    still_there(rig);
}

}  // namespace

TEST_CASE("a file of garbage is named as what it is") {
    TemporaryFolder folder;
    const auto path = (folder.path() / "clip.mp4").string();
    std::ofstream(path, std::ios::binary) << garbage(300'000);
    Rig rig(path);
    CHECK(rig.gate.hears(20'000, beat("failed", "clip.mp4")));
    still_there(rig);
}

TEST_CASE("a stream with a picture of 100 million pixels in it stays within its memory") {
    const auto bomb = jpeg(11'000, 9'100);
    HttpPeer camera([&](const Client& client) {
        serve_mjpeg(client, [&](int n) { return n % 5 == 3 ? bomb : jpeg(640, 360, n); });
    });
    Rig rig(camera.url());
    CHECK(rig.gate.hears(30'000, beat("running")));
    CHECK(rig.gate.hears(10'000, [](const auto& m) {  // well beyond several of the large ones
        const auto* b = std::get_if<eye_message::Beat>(&m);
        return b != nullptr && b->frame > 20;
    }));
    still_there(rig);
}

TEST_CASE("headers without end, and junk instead of an answer, fail within the timeouts") {
    SUBCASE("one header line that never ends") {
        HttpPeer camera([](const Client& client) {
            if (!client.send("HTTP/1.1 200 OK\r\nX-Junk: ")) return;
            while (client.send(std::string(65'536, 'a'))) {
            }
        });
        fails_alone(camera);
    }
    SUBCASE("headers for ever, slowly") {
        HttpPeer camera([](const Client& client) {
            if (!client.send("HTTP/1.1 200 OK\r\n")) return;
            while (client.send("X: y\r\n") && client.pause(50)) {
            }
        });
        fails_alone(camera);
    }
    SUBCASE("a picture that never ends") {
        HttpPeer camera([](const Client& client) {
            client.send(
                "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=f\r\n\r\n"
                "--f\r\nContent-Type: image/jpeg\r\nContent-Length: 2147483000\r\n\r\n\xFF\xD8");
            while (client.send(std::string(1'000'000, 'a'))) {
            }
        });
        fails_alone(camera);
    }
    SUBCASE("bytes that mean nothing") {
        HttpPeer camera([](const Client& client) {
            while (client.send(garbage(100'000))) {
            }
        });
        fails_alone(camera);
    }
    SUBCASE("a playlist that points elsewhere") {
        HttpPeer camera([](const Client& client) {
            client.send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nContent-Length: 60\r\n\r\n"
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n");
        });
        fails_alone(camera);
    }
}
