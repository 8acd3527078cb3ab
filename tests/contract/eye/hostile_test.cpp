// Cameras that lie. The child survives or is started again; the parent lives; memory stays bounded; the gate is told.
#include "hostile.hpp"

#include <doctest/doctest.h>
#include <opencv2/imgcodecs.hpp>

#include <atomic>
#include <fstream>

using namespace menshen;
using namespace menshen::test;

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
    std::atomic<int> calls{0};  // the eye hangs up and calls again: another kind of picture comes first
    HttpPeer camera([&](const Client& client) {
        const int call = calls++;
        serve_mjpeg(client, [&](int n) {
            if (call >= 3) return jpeg(640, 360, n);
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

TEST_CASE("a camera that is set to another size in mid-stream is seen in its new size, from 8 pixels to beyond 4K") {
    const std::vector<std::string> pictures{jpeg(1920, 1080), jpeg(320, 240), jpeg(8, 8), jpeg(1, 1), jpeg(5120, 2880)};
    std::atomic<std::size_t> shown{0};
    HttpPeer camera([&](const Client& client) { serve_mjpeg(client, [&](int) { return pictures[shown]; }); });
    Rig rig(camera.url());
    for (const int width : {1920, 320, 8, 0, 3840, 1920}) {
        CAPTURE(width);
        if (width > 0) {
            CHECK(rig.gate.hears(20'000, [&](const auto& m) {
                const auto* b = std::get_if<eye_message::Beat>(&m);
                return b != nullptr && b->state == "running" && b->width == width;
            }));
        } else {
            CHECK(rig.gate.hears(20'000, beat("failed")));
        }
        shown = (shown + 1) % pictures.size();
        rig.gate.clear();
    }
    CHECK(rig.next_child(50) == -1);  // one child saw it all
    still_there(rig);
}
