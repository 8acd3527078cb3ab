// Pictures of every size, changing in mid-stream, damaged: what is shown is what came, and nothing is shown for new
// that is not.
#include <malloc.h>
#include <opencv2/imgcodecs.hpp>
#include <sys/resource.h>

#include <atomic>
#include <set>

#include "camera/grabber.hpp"
#include "web_peer.hpp"

using namespace menshen;
using namespace menshen::test;
using camera::Grabber;
using State = camera::Status::State;

namespace {

camera::Options at(const std::string& url) {
    camera::Options options;
    options.url = url;
    return options;
}

/// The widths that a grabber shows until it has shown all of `wanted`.
bool shows(const Grabber& grabber, std::set<int> wanted, int ms) {
    return eventually(ms, [&] {
        wanted.erase(grabber.status().width);
        return wanted.empty();
    });
}

/// MiB, the most this process ever held.
long peak() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

}  // namespace

TEST_CASE("MJPEG: every picture is shown in its own size; 1 x 1, no size, 8K and 100 million pixels harm nobody") {
    auto no_size = jpeg(320, 240);
    no_size.replace(no_size.find("\xFF\xC0") + 5, 4, std::string(4, '\0'));
    const std::vector<std::string> pictures{jpeg(320, 240),      jpeg(1920, 1080), no_size,         jpeg(1, 1),
                                            jpeg(11'000, 9'100), jpeg(640, 360),   jpeg(7680, 4320)};
    HttpPeer camera([&](const Client& client) {
        serve_mjpeg(client, [&](int n) { return pictures[static_cast<std::size_t>(n / 8) % pictures.size()]; });
    });
    const long before = peak();
    const Grabber grabber(at(camera.url()));
    CHECK(shows(grabber, {320, 1920, 640, 3840}, 30'000));  // 8K is scaled down
    CHECK(peak() - before < 700);
}

TEST_CASE("MJPEG: sizes that are no multiple of anything do no harm to the heap") {
    std::vector<std::string> pictures;
    for (const auto& [w, h] : {std::pair(8, 8), {9, 9}, {17, 8}, {33, 31}, {65, 9}, {127, 63}, {333, 247}, {1366, 767}})
        pictures.push_back(jpeg(w, h));
    HttpPeer camera([&](const Client& client) {
        serve_mjpeg(client, [&](int n) { return pictures[static_cast<std::size_t>(n / 2) % pictures.size()]; });
    });
    Grabber grabber(at(camera.url()));
    std::set<int> wanted{8, 9, 17, 33, 65, 127, 333, 1366};
    std::uint64_t last = 0;
    CHECK(eventually(20'000, [&] {
        const auto frame = grabber.newer_than(last, milliseconds(100));
        if (!frame) return false;
        last = frame->number;
        const auto colours = frame->picture.bgr();
        REQUIRE(colours.ok());
        CHECK(colours->size() == frame->picture.size());
        wanted.erase(colours->cols);
        return wanted.empty();
    }));
}

TEST_CASE("colours are those of the picture, also after its camera is gone; without them there is brightness") {
    const auto sent = jpeg(640, 360, 90);
    HttpPeer camera([&](const Client& client) { serve_mjpeg(client, [&](int) { return sent; }); });
    camera::Picture picture;
    {
        Grabber grabber(at(camera.url()));
        const auto frame = grabber.newer_than(0, milliseconds(10'000));
        REQUIRE(frame.has_value());
        picture = frame->picture;
    }
    const cv::Mat bytes(1, static_cast<int>(sent.size()), CV_8UC1, const_cast<char*>(sent.data()));
    const auto colours = picture.bgr();
    REQUIRE(colours.ok());
    REQUIRE(colours->type() == CV_8UC3);
    CHECK(cv::norm(*colours, cv::imdecode(bytes, cv::IMREAD_COLOR), cv::NORM_L1) / (640 * 360 * 3) < 3);
    REQUIRE(picture.plain().type() == CV_8UC1);
    CHECK(cv::norm(picture.plain(), cv::imdecode(bytes, cv::IMREAD_GRAYSCALE), cv::NORM_L1) / (640 * 360) < 3);
}

TEST_CASE("MJPEG: a stream of nothing but pictures that are refused is a fault that says why") {
    const auto bomb = jpeg(11'000, 9'100);
    HttpPeer camera([&](const Client& client) { serve_mjpeg(client, [&](int) { return bomb; }); });
    const Grabber grabber(at(camera.url()));
    CHECK(eventually(20'000, [&] { return grabber.status().state == State::failed; }));
    CHECK_MESSAGE(grabber.status().detail.find("refused") != std::string::npos, grabber.status().detail);
    CHECK(grabber.status().frames == 0);
}

TEST_CASE("H.264 that changes its size in mid-stream is shown in its size") {
    const WebPeer peer;
    if (!peer.has_ffmpeg) return;
    const Grabber grabber(peer.camera("/resized"));
    CHECK(shows(grabber, {320, 640}, 25'000));
    CHECK(shows(grabber, {320, 640}, 25'000));
}

TEST_CASE("damaged H.264: whole pictures are shown, nobody dies") {
    const WebPeer peer;
    if (!peer.has_ffmpeg) return;
    const Grabber grabber(peer.camera("/spoiled"));
    CHECK(eventually(25'000, [&] { return grabber.status().frames > 20; }));
}
