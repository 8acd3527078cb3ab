#include "eye/motion.hpp"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

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
