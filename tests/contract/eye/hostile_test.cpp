// Cameras that lie. The child survives or is started again; the parent lives; memory stays bounded; the gate is told.
#include <doctest/doctest.h>
#include <opencv2/imgcodecs.hpp>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <random>

#include "rig.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

constexpr int most_memory = 1600;  // MiB, resident, of a child

void still_there(Rig& rig) {
    CHECK(rig.eye.ended(0) < 0);
    CHECK(peak_memory(rig.eye.pid()) < 200);
    CHECK(peak_memory(rig.child) < most_memory);
    CHECK_FALSE(rig.gate.offended());
}

std::string garbage(std::size_t bytes) {
    std::mt19937 random(7);
    std::string out(bytes, '\0');
    for (auto& c : out) c = static_cast<char>(random());
    return out;
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

TEST_CASE("pictures of 10 million pixels are read, of 100 million refused, empty ones skipped") {
    TemporaryFolder folder;
    const auto save = [&](const char* name, const std::string& bytes) {
        std::ofstream(folder.path() / name, std::ios::binary) << bytes;
    };
    std::vector<unsigned char> huge;
    cv::imencode(".png", cv::Mat(10'000, 10'000, CV_8UC3, cv::Scalar(9, 9, 9)), huge, {cv::IMWRITE_PNG_COMPRESSION, 1});
    save("0-huge.png", {huge.begin(), huge.end()});
    save("1-large.jpg", jpeg(3652, 2739));
    save("3-empty.jpg", "");
    save("4-tiny.jpg", jpeg(1, 1));
    Rig rig(folder.path().string(), true);
    CHECK(rig.gate.hears(30'000, [](const auto& m) {
        const auto* b = std::get_if<eye_message::Beat>(&m);
        return b != nullptr && b->width == 3652 && b->height == 2739;
    }));
    CHECK(rig.gate.hears(30'000, beat("failed")));
    still_there(rig);
}

TEST_CASE("a stream whose pictures are cut off, empty, garbage or change size goes on when they are whole again") {
    std::atomic<int> calls{0};  // the eye hangs up and calls again: each kind of picture comes first once
    HttpPeer camera([&](const Client& client) {
        const int call = calls++;
        serve_mjpeg(client, [&](int n) {
            if (call >= 4) return jpeg(640, 360, n);
            switch ((call + n) % 4) {
                case 0:
                    return jpeg(640, 360, n).substr(0, 700);
                case 1:
                    return std::string();
                case 2:
                    return garbage(5000);
                default:
                    return jpeg(320 + 16 * n, 200, n);
            }
        });
    });
    Rig rig(camera.url());
    CHECK(rig.gate.hears(30'000, beat("running")));
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
        Rig rig(camera.url());
        CHECK(rig.gate.hears(30'000, beat("failed")));
        still_there(rig);
    }
    SUBCASE("headers for ever, slowly") {
        HttpPeer camera([](const Client& client) {
            if (!client.send("HTTP/1.1 200 OK\r\n")) return;
            while (client.send("X: y\r\n") && client.pause(50)) {
            }
        });
        Rig rig(camera.url());
        CHECK(rig.gate.hears(30'000, beat("failed")));
        still_there(rig);
    }
    SUBCASE("bytes that mean nothing") {
        HttpPeer camera([](const Client& client) {
            while (client.send(garbage(100'000))) {
            }
        });
        Rig rig(camera.url());
        CHECK(rig.gate.hears(30'000, beat("failed")));
        still_there(rig);
    }
    SUBCASE("a playlist that points elsewhere") {
        HttpPeer camera([](const Client& client) {
            client.send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nContent-Length: 60\r\n\r\n"
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n");
        });
        Rig rig(camera.url());
        CHECK(rig.gate.hears(30'000, beat("failed")));
        still_there(rig);
    }
}
