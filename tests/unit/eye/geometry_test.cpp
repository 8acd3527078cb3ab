#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "eye/appearance.hpp"
#include "eye/quad.hpp"
#include "eye/region.hpp"

using namespace menshen;
using eye::Quad;

TEST_CASE("corners come clockwise from top left whatever order they are found in") {
    const Quad expected{cv::Point2f(10, 10), {110, 20}, {112, 50}, {12, 40}};
    std::array<cv::Point2f, 4> shuffled{expected[2], expected[0], expected[3], expected[1]};
    CHECK(eye::ordered(shuffled) == expected);
}

TEST_CASE("a leaning plate is hugged by a leaning quadrilateral") {
    cv::Mat map = cv::Mat::zeros(200, 400, CV_8UC1);
    const std::vector<cv::Point> plate{{100, 80}, {300, 80}, {280, 140}, {80, 140}};
    cv::fillConvexPoly(map, plate, cv::Scalar(255));
    std::vector<std::vector<cv::Point>> contours;
    cv::findContours(map, contours, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
    const Quad quad = eye::hugging(contours.at(0));
    for (std::size_t i = 0; i < 4; ++i) CHECK(cv::norm(quad[i] - cv::Point2f(plate[i])) < 12);
}

TEST_CASE("growing a quad by half its height at each end") {
    const Quad quad{cv::Point2f(0, 0), {100, 0}, {100, 20}, {0, 20}};
    const Quad grown = eye::grown(quad, 0.5F, 0.25F);
    CHECK(grown[0] == cv::Point2f(-10, -5));
    CHECK(grown[2] == cv::Point2f(110, 25));
    CHECK(eye::width(grown) == doctest::Approx(120));
    CHECK(eye::height(grown) == doctest::Approx(30));
}

TEST_CASE("a plate of two rows is laid side by side: the upper row to the left, the lower row to the right") {
    cv::Mat frame(300, 600, CV_8UC3, cv::Scalar(40, 200, 230));
    const cv::Rect plate(60, 30, 440, 220);
    const cv::Scalar red(0, 0, 250), dark(20, 20, 20);
    cv::rectangle(frame, plate.tl() + cv::Point(110, 15), plate.tl() + cv::Point(330, 75), red, cv::FILLED);
    cv::rectangle(frame, plate.tl() + cv::Point(27, 90), plate.tl() + cv::Point(412, 200), dark, cv::FILLED);
    const auto at = [&](int x, int y) {
        return cv::Point2f(static_cast<float>(x) - 0.5F, static_cast<float>(y) - 0.5F);
    };
    const Quad quad{at(60, 30), at(500, 30), at(500, 250), at(60, 250)};
    const cv::Mat row = eye::one_row(frame, quad, true);
    REQUIRE(row.size() == cv::Size(160, 32));
    CHECK(row.at<cv::Vec3b>(16, 27)[2] > 200);  // red
    CHECK(row.at<cv::Vec3b>(16, 27)[1] < 60);
    CHECK(row.at<cv::Vec3b>(18, 107)[2] < 60);  // dark
    CHECK(row.at<cv::Vec3b>(16, 3)[1] > 150);   // the ground beside them
    const cv::Mat single = eye::one_row(frame, quad, false);
    CHECK(single.size() == cv::Size(160, 32));
    CHECK(single.at<cv::Vec3b>(7, 80)[2] > 200);
}

TEST_CASE("a quad much larger than what is made of it is averaged") {
    cv::Mat stripes(300, 1200, CV_8UC1);
    for (int x = 0; x < stripes.cols; ++x) stripes.col(x).setTo((x / 2) % 2 == 0 ? 255 : 0);
    const Quad all{cv::Point2f(0, 0), {1199, 0}, {1199, 299}, {0, 299}};
    cv::Scalar mean, deviation;
    cv::meanStdDev(eye::straightened(stripes, all, {160, 32}), mean, deviation);
    CHECK(mean[0] == doctest::Approx(127).epsilon(0.05));
    CHECK(deviation[0] < 30);
}

TEST_CASE("a region of interest is fractions of the frame") {
    const eye::Region region{{0.5F, 0.5F}, {1, 0.5F}, {1, 1}, {0.5F, 1}};
    CHECK(eye::bounds(region, {200, 100}) == cv::Rect(100, 50, 100, 50));
    CHECK(eye::bounds({}, {200, 100}) == cv::Rect(0, 0, 200, 100));
    CHECK(eye::inside(region, {200, 100}, {150, 75}));
    CHECK_FALSE(eye::inside(region, {200, 100}, {50, 75}));
    CHECK(eye::inside({}, {200, 100}, {50, 75}));
    // nonsense stays inside the frame
    const auto cut = eye::bounds({{-5, -5}, {9, -5}, {9, 9}}, {200, 100});
    CHECK((cut & cv::Rect(0, 0, 200, 100)) == cut);
}

TEST_CASE("grounds of plates by colour") {
    const auto ground = [](cv::Scalar bgr, cv::Scalar ink) {
        cv::Mat plate(96, 384, CV_8UC3, bgr);
        for (int i = 0; i < 7; ++i) cv::rectangle(plate, {20 + 50 * i, 25, 14, 50}, ink, cv::FILLED);
        return eye::ground_of(plate).colour;
    };
    const cv::Scalar white(240, 240, 240), black(10, 10, 10);
    CHECK(ground({180, 80, 20}, white) == PlateColour::blue);
    CHECK(ground({20, 180, 240}, black) == PlateColour::yellow);
    CHECK(ground({140, 210, 120}, black) == PlateColour::green);
    CHECK(ground(white, black) == PlateColour::white);
    CHECK(ground(black, white) == PlateColour::black);
    CHECK(ground({90, 90, 90}, {80, 80, 80}) == PlateColour::unknown);
    CHECK(eye::ground_of({}).colour == PlateColour::unknown);
}

TEST_CASE("a blurred crop is less sharp") {
    cv::Mat plate(96, 384, CV_8UC3, cv::Scalar(180, 80, 20)), blurred;
    cv::putText(plate, "A12345", {20, 80}, cv::FONT_HERSHEY_SIMPLEX, 2.5, {255, 255, 255}, 8);
    cv::GaussianBlur(plate, blurred, {}, 6);
    CHECK(eye::sharpness_of(plate) > 2 * eye::sharpness_of(blurred));
    CHECK(eye::sharpness_of({}) == 0);
}
