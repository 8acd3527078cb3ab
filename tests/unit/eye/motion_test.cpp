#include "eye/motion.hpp"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include <vector>

#include "moment.hpp"

using namespace menshen;

namespace {
cv::Mat lane(int car_x = -1) {
    cv::Mat picture(360, 640, CV_8UC3, cv::Scalar(90, 90, 90));
    if (car_x >= 0) cv::rectangle(picture, {car_x, 100, 200, 150}, {20, 20, 200}, cv::FILLED);
    return picture;
}
}  // namespace

TEST_CASE("an empty lane is looked at once a second, a lane where a plate was seen twice") {
    eye::Motion motion;
    CHECK(motion.worth_looking(lane(), at(0)));
    CHECK_FALSE(motion.worth_looking(lane(), at(900)));
    CHECK(motion.worth_looking(lane(), at(1000)));
    motion.seen(at(1000));
    CHECK_FALSE(motion.worth_looking(lane(), at(1400)));
    CHECK(motion.worth_looking(lane(), at(1500)));
    CHECK_FALSE(motion.worth_looking(lane(), at(1900)));
    CHECK(motion.worth_looking(lane(), at(2000)));
    CHECK(motion.worth_looking(lane(), at(3999)));        // a second after the last look
    CHECK_FALSE(motion.worth_looking(lane(), at(4600)));  // three seconds after the plate: idle again
}

TEST_CASE("a car that moves is looked at in every frame, however slowly") {
    eye::Motion motion;
    CHECK(motion.worth_looking(lane(100), at(0)));
    CHECK(motion.worth_looking(lane(110), at(66)));
    int looks = 0;
    for (int i = 1; i <= 10; ++i) looks += motion.worth_looking(lane(110 + i), at(66 + 10 * i)) ? 1 : 0;
    CHECK(looks >= 1);  // a pixel a frame adds up
}

TEST_CASE("noise of a night camera is no motion") {
    eye::Motion motion;
    cv::RNG random(1);
    const auto noisy = [&] {
        cv::Mat noise(360, 640, CV_8UC3), picture;
        random.fill(noise, cv::RNG::NORMAL, 0, 12);
        cv::add(lane(), noise, picture);
        return picture;
    };
    CHECK(motion.worth_looking(noisy(), at(0)));
    for (int i = 1; i < 20; ++i) CHECK_FALSE(motion.worth_looking(noisy(), at(i * 40)));
}

TEST_CASE(
    "the longer nothing was seen and nothing moves, the seldomer it is looked at; what moves is looked at at once") {
    eye::Motion motion;
    std::vector<int> looks;
    for (int t = 0; t < 40'000; t += 100) {
        if (motion.worth_looking(lane(), at(t))) looks.push_back(t);
    }
    CHECK(looks == std::vector<int>{0, 1000, 3000, 7000, 15'000, 23'000, 31'000, 39'000});
    CHECK(motion.worth_looking(lane(300), at(40'000)));
    CHECK(motion.worth_looking(lane(), at(40'066)));
    CHECK_FALSE(motion.worth_looking(lane(), at(40'900)));
    CHECK(motion.worth_looking(lane(), at(41'066)));  // from the beginning again
    CHECK(motion.worth_looking(lane(), at(43'066)));
    motion.seen(at(43'066));
    CHECK(motion.worth_looking(lane(), at(43'566)));
}

TEST_CASE("brightness alone is as good as colours, and a picture may be smaller than the cells") {
    for (const cv::Size size : {cv::Size(1920, 1080), cv::Size(641, 363), cv::Size(32, 40)}) {
        cv::Mat picture, grey;
        cv::resize(lane(200), picture, size, 0, 0, cv::INTER_AREA);
        cv::extractChannel(picture, grey, 1);
        const cv::Mat cells = eye::coarse(grey);
        CHECK(cells.size() == cv::Size(eye::Motion::across, eye::Motion::down));
        CHECK(cells.at<std::uint8_t>(0, 0) == 90);
        CHECK(cells.at<std::uint8_t>(24, 36) == 20);  // the car
        CHECK(eye::coarse(picture).at<std::uint8_t>(0, 0) == 90);
        CHECK(eye::coarse(picture).at<std::uint8_t>(24, 36) == (20 + 2 * 20 + 200) / 4);
    }
}

TEST_CASE("what moves in cells that do not count is not looked at") {
    cv::Mat left = cv::Mat::zeros(eye::Motion::down, eye::Motion::across, CV_8UC1);
    left.colRange(0, 40) = 255;
    eye::Motion motion;
    CHECK(motion.worth_looking(lane(), at(0), left));
    CHECK_FALSE(motion.worth_looking(lane(400), at(66), left));
    CHECK(motion.worth_looking(lane(200), at(133), left));
    // no cell counts: that is no reason never to look
    eye::Motion blind;
    CHECK(blind.worth_looking(lane(), at(0), left & 0));
    CHECK(blind.worth_looking(lane(), at(1000), left & 0));
}
