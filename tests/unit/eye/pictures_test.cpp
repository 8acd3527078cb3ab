#include "eye/pictures.hpp"

#include <doctest/doctest.h>

using namespace menshen;

namespace {
Read plate(int ms, float x, float width, float likelihood) {
    Read read;
    read.captured = Instant(milliseconds(1'000'000 + ms));
    read.corners = {Point{x, 100}, Point{x + width, 100}, Point{x + width, 100 + width / 3}, Point{x, 100 + width / 3}};
    read.likelihood = likelihood;
    read.sharpness = 0.5F;
    return read;
}
}  // namespace

TEST_CASE("the first read of a track carries a picture, better ones replace it, worse ones name it") {
    eye::Pictures pictures("cam", 7);
    auto first = plate(0, 100, 100, 0.5F);
    CHECK(pictures.wanted(first));
    CHECK(first.picture == "cam-7-1");
    auto soon = plate(100, 105, 110, 0.9F);
    CHECK_FALSE(pictures.wanted(soon));  // throttled
    CHECK(soon.picture == "cam-7-1");
    auto better = plate(400, 120, 130, 0.9F);
    CHECK(pictures.wanted(better));
    CHECK(better.picture == "cam-7-2");
    auto worse = plate(900, 130, 130, 0.3F);
    CHECK_FALSE(pictures.wanted(worse));
    CHECK(worse.picture == "cam-7-2");
}

TEST_CASE("two cars have their own pictures, and a car long gone is forgotten") {
    eye::Pictures pictures("cam", 7);
    auto left = plate(0, 100, 100, 0.5F), right = plate(0, 900, 100, 0.5F);
    CHECK(pictures.wanted(left));
    CHECK(pictures.wanted(right));
    CHECK(left.picture != right.picture);
    auto next_car = plate(5000, 100, 100, 0.1F);
    CHECK(pictures.wanted(next_car));
    CHECK(next_car.picture != left.picture);
}

TEST_CASE("JPEG of a picture is scaled down, never up, and nothing gives nothing") {
    CHECK(eye::jpeg_of({}, 100, 80).empty());
    const auto bytes = eye::jpeg_of(cv::Mat(720, 1280, CV_8UC3, cv::Scalar(1, 2, 3)), 640, 80);
    REQUIRE(bytes.size() > 100);
    CHECK(bytes[0] == 0xFF);
    CHECK(bytes[1] == 0xD8);
}
