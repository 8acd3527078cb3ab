#include "eye/motion.hpp"

#include <opencv2/imgproc.hpp>

namespace menshen::eye {

bool Motion::worth_looking(const cv::Mat& region, Instant now) {
    cv::Mat coarse;
    cv::resize(region, coarse, {80, 48}, 0, 0, cv::INTER_AREA);
    cv::cvtColor(coarse, coarse, cv::COLOR_BGR2GRAY);
    bool look = !looked_;
    if (looked_) {
        const bool busy = seen_ && now - *seen_ < policy_.lately;
        look = now - *looked_ >= (busy ? policy_.busy : policy_.idle);
    }
    if (!look) {
        cv::Mat difference;
        cv::absdiff(coarse, last_, difference);
        const int changed = cv::countNonZero(difference > policy_.level);
        look = static_cast<float>(changed) > policy_.share * static_cast<float>(coarse.total());
    }
    if (look) {
        last_ = coarse;
        looked_ = now;
    }
    return look;
}

}  // namespace menshen::eye
