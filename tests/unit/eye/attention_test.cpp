#include "eye/attention.hpp"

#include <doctest/doctest.h>

#include "moment.hpp"

using namespace menshen;

namespace {

cv::Mat frame(int shade, cv::Size size = {1280, 720}) {
    return {size, CV_8UC3, cv::Scalar::all(shade)};
}
std::vector<eye::Seen> plate(float x, float y, float width) {
    eye::Seen seen;
    seen.read.corners = {Point{x, y}, Point{x + width, y}, Point{x + width, y + width / 3}, Point{x, y + width / 3}};
    return {seen};
}

}  // namespace

TEST_CASE("after one plate its surroundings are looked at, and the whole region now and then") {
    eye::Attention attention({}, 10);
    const auto first = attention.next(frame(0), at(0), at(0));
    REQUIRE(first);
    CHECK(first->whole);
    CHECK(first->window == cv::Rect(0, 0, 1280, 720));
    attention.looked(*first, plate(600, 400, 100), at(0), at(50));
    CHECK_FALSE(attention.next(frame(200), at(60), at(60)));  // ten looks a second at most
    const auto second = attention.next(frame(200), at(110), at(110));
    REQUIRE(second);
    CHECK_FALSE(second->whole);
    CHECK(second->window.contains({600, 400}));
    CHECK(second->window.contains({700, 430}));
    CHECK(second->window.area() < 1280 * 720 / 10);
    attention.looked(*second, plate(600, 400, 100), at(110), at(150));
    const auto third = attention.next(frame(0), at(1560), at(1560));
    REQUIRE(third);
    CHECK(third->whole);
}

TEST_CASE("two plates, no plate and another size of picture are looked for everywhere") {
    eye::Attention attention({{0.5F, 0}, {1, 0}, {1, 1}, {0.5F, 1}}, 100);
    auto glance = attention.next(frame(0), at(0), at(0));
    REQUIRE(glance);
    CHECK(glance->window == cv::Rect(640, 0, 640, 720));
    auto two = plate(700, 400, 100);
    two.push_back(plate(1000, 400, 100).front());
    attention.looked(*glance, two, at(0), at(10));
    glance = attention.next(frame(200), at(100), at(100));
    REQUIRE(glance);
    CHECK(glance->whole);
    attention.looked(*glance, plate(700, 400, 100), at(100), at(110));
    glance = attention.next(frame(0, {640, 360}), at(200), at(200));
    REQUIRE(glance);
    CHECK(glance->whole);
    attention.looked(*glance, {}, at(200), at(210));
    glance = attention.next(frame(200, {640, 360}), at(300), at(300));
    REQUIRE(glance);
    CHECK(glance->whole);
}

TEST_CASE("nothing moves: looked at once a second, twice while a plate is there") {
    eye::Attention attention({}, 12);
    const auto first = attention.next(frame(90), at(0), at(0));
    REQUIRE(first);
    attention.looked(*first, {}, at(0), at(50));
    CHECK_FALSE(attention.next(frame(90), at(900), at(900)));
    const auto second = attention.next(frame(90), at(1000), at(1000));
    REQUIRE(second);
    attention.looked(*second, plate(600, 400, 100), at(1000), at(1050));
    CHECK_FALSE(attention.next(frame(90), at(1400), at(1400)));
    CHECK(attention.next(frame(90), at(1500), at(1500)));
}

TEST_CASE("twelve looks a second are had of a camera that gives fifteen frames, not half of them") {
    eye::Attention attention({}, 12);
    int looks = 0;
    for (int i = 0; i < 150; ++i) {
        const auto captured = at(i * 1000 / 15);
        looks += attention.next(frame(i * 37 % 200), captured, captured) ? 1 : 0;
    }
    CHECK(looks >= 118);
    CHECK(looks <= 120);
}

TEST_CASE("what moves beside the region's polygon, though inside its bounds, is not looked at") {
    eye::Attention attention({{0, 0}, {1, 1}, {0, 1}}, 100);  // the lower left half
    cv::Mat tree = frame(90), car = frame(90);
    tree({1000, 50, 200, 200}) = cv::Scalar::all(200);
    car({100, 400, 200, 200}) = cv::Scalar::all(200);
    CHECK(attention.next(frame(90), at(0), at(0)));
    CHECK_FALSE(attention.next(tree, at(100), at(100)));
    CHECK(attention.next(car, at(200), at(200)));
    cv::Mat brightness;
    cv::extractChannel(car, brightness, 0);
    CHECK_FALSE(attention.next(brightness, at(300), at(300)));  // the same in its brightness alone
}
