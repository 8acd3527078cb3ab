// Frames out of files, folders, MJPEG and RTSP; streams that freeze, die and come back.
#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <signal.h>

#include <fstream>

#include "camera/grabber.hpp"
#include "peer.hpp"
#include "support/temporary_folder.hpp"

using namespace menshen;
using namespace menshen::test;
using camera::Grabber;
using State = camera::Status::State;
using support::TemporaryFolder;

namespace {

camera::Options options(const std::string& url, bool loop = false) {
    camera::Options o;
    o.url = url;
    o.loop = loop;
    o.picture_time = milliseconds(50);
    return o;
}

std::string clip_in(const TemporaryFolder& folder, int frames) {
    const auto path = (folder.path() / "clip.avi").string();
    cv::VideoWriter writer(path, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 20, {320, 240});
    for (int i = 0; i < frames; ++i) writer.write(cv::Mat(240, 320, CV_8UC3, cv::Scalar(i * 5 % 255, 80, 80)));
    return path;
}

bool in_state(const Grabber& grabber, State state, int ms) {
    return eventually(ms, [&] { return grabber.status().state == state; });
}

}  // namespace

TEST_CASE("a clip plays at its own rate, newest frame first, and says when it is over") {
    const TemporaryFolder folder;
    const auto path = clip_in(folder, 30);
    const Instant start = camera::boot_now();
    Grabber grabber(options(path));
    const auto first = grabber.newer_than(0, milliseconds(5000));
    REQUIRE(first.has_value());
    CHECK(first->picture.size().width == 320);
    CHECK(first->captured > start);
    CHECK(in_state(grabber, State::ended, 10'000));
    // 30 frames at 20 a second: the clock may only be slower than the clip, never faster
    CHECK(camera::boot_now() - start >= milliseconds(1400));
    const auto last = grabber.newer_than(first->number, milliseconds(10));
    REQUIRE(last.has_value());
    CHECK(last->number == 30);
    CHECK(grabber.status().detail.find("loop = true") != std::string::npos);
}

TEST_CASE("a clip that loops never ends") {
    const TemporaryFolder folder;
    Grabber grabber(options(clip_in(folder, 5), true));
    CHECK(eventually(10'000, [&] { return grabber.status().frames > 12; }));
}

TEST_CASE("a folder shows its pictures by name and leaves out what is none") {
    const TemporaryFolder folder;
    for (const auto& [name, width] : {std::pair("b.jpg", 320), std::pair("a.jpg", 160), std::pair("c.txt", 480)}) {
        std::ofstream(folder.path() / name, std::ios::binary) << jpeg(width, 120);
    }
    auto source = camera::Source::open(options(folder.path().string()));
    REQUIRE(source.ok());
    CHECK((*source)->next()->size().width == 160);
    CHECK((*source)->next()->size().width == 320);
    CHECK_FALSE((*source)->next().ok());
    CHECK((*source)->ended());
    const TemporaryFolder empty;
    CHECK(camera::Source::open(options(empty.path().string())).error().code == Errc::not_found);
}

TEST_CASE("frames beyond 64 million pixels are refused, beyond 4K scaled") {
    const auto scaled = camera::admit(cv::Mat(3000, 6000, CV_8UC3, cv::Scalar(1)), {});
    REQUIRE(scaled.ok());
    CHECK(scaled->cols == 3840);
    CHECK(scaled->rows == 1920);
    CHECK_FALSE(camera::admit(cv::Mat(9000, 9000, CV_8UC1), {}).ok());
    CHECK_FALSE(camera::admit({}, {}).ok());
    CHECK_FALSE(camera::admit(cv::Mat(0, 5, CV_8UC3), {}).ok());
}

TEST_CASE("MJPEG over HTTP: the newest frame, and again after the camera was away") {
    HttpPeer peer([](const Client& client) {
        int sent = 0;
        serve_mjpeg(client, [&](int n) { return ++sent > 40 ? std::string() : jpeg(640, 360, n); });
    });
    Grabber grabber(options(peer.url()));
    const auto first = grabber.newer_than(0, milliseconds(10'000));
    REQUIRE(first.has_value());
    CHECK(first->picture.size().height == 360);
    // a consumer that sleeps finds the present: several frames went by unseen
    CHECK(eventually(10'000, [&] { return grabber.status().frames > first->number + 4; }));
    CHECK(grabber.newer_than(first->number, milliseconds(10))->number > first->number + 4);
}

TEST_CASE("RTSP of GStreamer's server: frames; frozen it fails in time; killed and back it plays again") {
    auto peer = std::make_unique<Program>(std::vector<std::string>{"/usr/bin/python3", RTSP_PEER, "0"});
    if (!peer->first_line().starts_with("ready ")) {
        MESSAGE("no RTSP server to test against: skipped: " << peer->first_line());
        return;
    }
    const auto url = peer->first_line().substr(6);
    const auto port = url.substr(17, url.rfind('/') - 17);
    const auto wrong = camera::Source::open(options(url + "-not"));
    CHECK_MESSAGE(wrong.error().message.find("has no stream /test-not (404)") != std::string::npos,
                  wrong.error().message);
    Grabber grabber(options(url));
    const auto first = grabber.newer_than(0, milliseconds(15'000));
    REQUIRE(first.has_value());
    CHECK(first->picture.size().width == 640);

    peer->signal(SIGSTOP);
    CHECK(in_state(grabber, State::failed, 10'000));
    CHECK_MESSAGE(grabber.status().detail.find("nothing for 2 s") != std::string::npos, grabber.status().detail);
    peer->signal(SIGCONT);
    const auto frozen = grabber.status().frames;
    CHECK(eventually(30'000, [&] { return grabber.status().frames > frozen; }));

    peer->signal(SIGKILL);
    CHECK(in_state(grabber, State::failed, 15'000));
    CHECK(peer->ended(5000) == 1000 + SIGKILL);
    peer = std::make_unique<Program>(std::vector<std::string>{"/usr/bin/python3", RTSP_PEER, port});
    REQUIRE(peer->first_line().starts_with("ready "));
    const auto killed = grabber.status().frames;
    CHECK(eventually(30'000, [&] { return grabber.status().frames > killed; }));
}
