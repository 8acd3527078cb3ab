// The streams as others read them.
#include <doctest/doctest.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <unistd.h>

#include "twin_process.hpp"

using namespace menshen::test;

namespace {

const std::vector<std::string> small{"--size", "640x360", "--cameras", "in,out"};

std::vector<std::string> with(std::vector<std::string> options, std::initializer_list<std::string> more) {
    options.insert(options.end(), more);
    return options;
}

/// Asks for a path and reads the answer's head.
std::string get(Wire& wire, const std::string& path) {
    wire.write("GET " + path + " HTTP/1.1\r\nHost: camera\r\n\r\n");
    return wire.read_until("\r\n\r\n");
}

/// The next part of a multipart stream, by its own length.
std::string next_part(Wire& wire) {
    wire.read_until("--menshenframe\r\n");
    const std::string head = wire.read_until("\r\n\r\n");
    const auto at = head.find("Content-Length: ");
    REQUIRE(at != std::string::npos);
    CHECK(head.find("image/jpeg") != std::string::npos);
    return wire.read_exactly(static_cast<std::size_t>(std::stoul(head.substr(at + 16))));
}

cv::Mat decoded(const std::string& jpeg) {
    return cv::imdecode(std::vector<uchar>(jpeg.begin(), jpeg.end()), cv::IMREAD_COLOR);
}

}  // namespace

TEST_CASE("a stream is multipart JPEG of the asked size, and goes on while nothing happens") {
    const TwinProcess twin(small);
    Wire wire(twin.http_port());
    CHECK(get(wire, "/in.mjpg").find("multipart/x-mixed-replace") != std::string::npos);
    const std::string first = next_part(wire);
    CHECK(decoded(first).size() == cv::Size(640, 360));
    for (int i = 0; i < 5; ++i) CHECK(next_part(wire) == first);  // unchanged, and still sent
}

TEST_CASE("OpenCV's reader plays both cameras of one twin; an arrival changes only its own") {
    const TwinProcess twin(small);
    Director director(twin);
    cv::VideoCapture in(twin.url("in"), cv::CAP_FFMPEG);
    cv::VideoCapture out(twin.url("out"), cv::CAP_FFMPEG);
    REQUIRE(in.isOpened());
    REQUIRE(out.isOpened());
    cv::Mat empty;
    cv::Mat other;
    REQUIRE(in.read(empty));
    REQUIRE(out.read(other));
    CHECK(director.ask(R"({"do":"arrive","camera":"in","id":"c","plate":"浙A12345","seed":7})").at("ok").as_bool());
    director.await([](const auto& e) { return e.at("event") == "shown"; });
    cv::Mat now;
    double most = 0;
    for (int i = 0; i < 60 && most < 10; ++i) {
        REQUIRE(in.read(now));
        most = cv::norm(now, empty, cv::NORM_L1) / static_cast<double>(now.total());
    }
    CHECK(most >= 10);
    for (int i = 0; i < 5; ++i) REQUIRE(out.read(now));
    CHECK(cv::norm(now, other, cv::NORM_L1) / static_cast<double>(now.total()) < 1);
}

TEST_CASE("a single picture, a wrong path, a wrong request") {
    const TwinProcess twin(small);
    {
        Wire wire(twin.http_port());
        get(wire, "/out.mjpg");
        next_part(wire);  // there is a picture now
    }
    Wire still(twin.http_port());
    const std::string head = get(still, "/out.jpg");
    CHECK(head.find("200") != std::string::npos);
    CHECK(still.closes());
    Wire wrong(twin.http_port());
    CHECK(get(wrong, "/nobody.mjpg").find("404") != std::string::npos);
    Wire garbage(twin.http_port());
    garbage.write(std::string(20000, 'x') + "\r\n\r\n");
    CHECK(garbage.closes());
    Wire after(twin.http_port());
    CHECK(get(after, "/in.mjpg").find("200") != std::string::npos);
}

TEST_CASE("a cut stream closes and is refused until it is restored") {
    const TwinProcess twin(small);
    Director director(twin);
    Wire wire(twin.http_port());
    get(wire, "/in.mjpg");
    next_part(wire);
    CHECK(director.ask(R"({"do":"cut","camera":"in"})").at("ok").as_bool());
    CHECK(wire.closes());
    Wire refused(twin.http_port());
    refused.write("GET /in.mjpg HTTP/1.1\r\n\r\n");
    CHECK(refused.closes());
    Wire other(twin.http_port());
    CHECK(get(other, "/out.mjpg").find("200") != std::string::npos);
    director.ask(R"({"do":"restore","camera":"in"})");
    Wire again(twin.http_port());
    get(again, "/in.mjpg");
    CHECK_FALSE(decoded(next_part(again)).empty());
}

TEST_CASE("a frozen stream stays open and silent; thawed it goes on") {
    const TwinProcess twin(with(small, {"--fps", "30"}));
    Director director(twin);
    Wire wire(twin.http_port(), std::chrono::seconds(1));
    get(wire, "/in.mjpg");
    next_part(wire);
    director.ask(R"({"do":"freeze","camera":"in"})");
    bool silent = false;
    try {
        for (int i = 0; i < 200; ++i) next_part(wire);  // what was under way
    } catch (const std::runtime_error& error) {
        silent = std::string(error.what()).find("deadline") != std::string::npos;
    }
    CHECK(silent);
    director.ask(R"({"do":"thaw","camera":"in"})");
    CHECK_FALSE(decoded(next_part(wire)).empty());
}

TEST_CASE("junk comes through, pictures follow") {
    const TwinProcess twin(small);
    Director director(twin);
    Wire wire(twin.http_port());
    get(wire, "/in.mjpg");
    next_part(wire);
    CHECK(director.ask(R"({"do":"junk","camera":"in","bytes":5000})").at("ok").as_bool());
    std::size_t between = 0;
    for (int i = 0; i < 30 && between < 5000; ++i) {
        between = wire.read_until("--menshenframe\r\n").size();
        const std::string head = wire.read_until("\r\n\r\n");
        wire.read_exactly(static_cast<std::size_t>(std::stoul(head.substr(head.find("Content-Length: ") + 16))));
    }
    CHECK(between >= 5000);
    CHECK_FALSE(decoded(next_part(wire)).empty());
}

TEST_CASE("an arrival is written as a clip that OpenCV reads") {
    const std::string file = "twin-camera-" + std::to_string(getpid()) + ".mp4";
    const Finished written =
        run_to_end({TWIN_CAMERA, "--write", file, "--size", "640x360", "--fps", "5", "--plate", "沪AD12345"});
    CHECK(written.code == 0);
    cv::VideoCapture clip(file, cv::CAP_FFMPEG);
    cv::Mat frame;
    int frames = 0;
    while (clip.grab()) {
        ++frames;
        clip.retrieve(frame);
    }
    CHECK(frames >= 26);
    CHECK(frame.size() == cv::Size(640, 360));
    unlink(file.c_str());
    CHECK(run_to_end({TWIN_CAMERA, "--write", "/nowhere/at/all.mp4"}).code == 1);
}

#ifdef TWIN_HAS_RTSP
TEST_CASE("RTSP: ffprobe sees H.264 of the right size; a cut client ends; others play on") {
    const TwinProcess twin(with(small, {"--rtsp"}));
    Director director(twin);
    const auto& urls = twin.ready().at("rtsp").as_object();
    const std::string in(urls.at("in").as_string());
    if (std::string(FFPROBE).empty()) {
        MESSAGE("ffprobe is not installed: RTSP is not checked");
        return;
    }
    const auto probe = [](const std::string& url) {
        return run_to_end({FFPROBE, "-v", "error", "-rtsp_transport", "tcp", "-show_entries",
                           "stream=codec_name,width,height", "-of", "csv=p=0", url});
    };
    CHECK(probe(in).out.find("h264,640,360") != std::string::npos);
    director.ask(R"({"do":"cut","camera":"in"})");
    CHECK(probe(in).code != 0);
    CHECK(probe(std::string(urls.at("out").as_string())).out.find("h264,640,360") != std::string::npos);
    director.ask(R"({"do":"restore","camera":"in"})");
    CHECK(probe(in).out.find("h264,640,360") != std::string::npos);
}
#endif
