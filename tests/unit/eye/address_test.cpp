#include "camera/address.hpp"

#include <doctest/doctest.h>

using namespace menshen;
using camera::Kind;
using camera::parse_address;

TEST_CASE("addresses as installers write them") {
    CHECK(parse_address("rtsp://10.0.0.2/stream1")->kind == Kind::stream);
    CHECK(parse_address(" http://10.0.0.2:8080/video.mjpg\n")->kind == Kind::stream);
    CHECK(parse_address("v4l2:2")->device == 2);
    CHECK(parse_address("/dev/video3")->device == 3);
    CHECK(parse_address("0")->kind == Kind::device);
    CHECK(parse_address("/")->kind == Kind::folder);
    CHECK(parse_address("file:///proc/self/exe")->kind == Kind::clip);
}

TEST_CASE("a wrong address says what to write") {
    CHECK(parse_address("").error().message.find("url =") != std::string::npos);
    CHECK(parse_address("ftp://x/y").error().code == Errc::invalid);
    CHECK(parse_address("rtsp://").error().code == Errc::invalid);
    CHECK(parse_address("rtsp:///stream").error().code == Errc::invalid);
    const auto missing = parse_address("/no/such/clip.mp4");
    CHECK(missing.error().code == Errc::not_found);
    CHECK(missing.error().message.find("/no/such/clip.mp4") != std::string::npos);
}

TEST_CASE("credentials come from their own file, are encoded, and are never shown") {
    const auto address = parse_address("rtsp://10.0.0.2/s", "admin:p@ss/w:rd\n");
    REQUIRE(address.ok());
    CHECK(address->target == "rtsp://admin:p%40ss%2Fw%3Ard@10.0.0.2/s");
    CHECK(address->shown == "rtsp://10.0.0.2/s");
    CHECK(parse_address("rtsp://a:secret@10.0.0.2/s")->shown == "rtsp://***@10.0.0.2/s");
    CHECK_FALSE(parse_address("rtsp://a:b@10.0.0.2/s", "c:d").ok());
    CHECK_FALSE(parse_address("rtsp://10.0.0.2/s", "no colon").ok());
    CHECK(parse_address("ftp://a:secret@x/").error().message.find("secret") == std::string::npos);
    CHECK(parse_address("http://10.0.0.2/v?ch=1&user=a&PWD=secret&q=2")->shown ==
          "http://10.0.0.2/v?ch=1&user=***&PWD=***&q=2");
    CHECK(parse_address("http://10.0.0.2/v?token=t", "a:b")->target == "http://a:b@10.0.0.2/v?token=t");
    CHECK(camera::without_credentials("open rtsp://u:p@h/x and http://u:q@i") ==
          "open rtsp://***@h/x and http://***@i");
}
