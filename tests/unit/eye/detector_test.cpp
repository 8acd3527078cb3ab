#include "eye/detector.hpp"

#include <doctest/doctest.h>

#include "eye/corners.hpp"

using namespace menshen;

TEST_CASE("a folder without our networks is refused by name") {
    const auto detector = eye::Detector::load("/nowhere", eye::Networks::ours);
    REQUIRE_FALSE(detector);
    CHECK(detector.error().message.find("/nowhere/plate/detector.onnx") != std::string::npos);
    const auto corners = eye::Corners::load("/nowhere");
    REQUIRE_FALSE(corners);
    CHECK(corners.error().message.find("/nowhere/plate/corners.onnx") != std::string::npos);
}
