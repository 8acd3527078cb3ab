#include "eye/motion.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace menshen::eye {
namespace {

const cv::Size cells(Motion::across, Motion::down);

/// Adds a row of pixels to the sums of its columns.
void add(const std::uint8_t* row, std::vector<std::uint32_t>& sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += row[i];
}

/// Mean brightness of columns [from, to) that are the sums of `rows` rows.
std::uint8_t mean(const std::vector<std::uint32_t>& sums, int channels, int from, int to, int rows) {
    const auto sum = [&](int channel) {
        std::uint32_t all = 0;
        for (int i = from * channels + channel; i < to * channels; i += channels)
            all += sums[static_cast<std::size_t>(i)];
        return all;
    };
    const auto pixels = static_cast<std::uint32_t>(std::max(1, (to - from) * rows));
    // a quarter blue, half green, a quarter red: near enough to what an eye calls bright
    return static_cast<std::uint8_t>(channels == 1 ? sum(0) / pixels : (sum(0) + 2 * sum(1) + sum(2)) / (4 * pixels));
}

}  // namespace

cv::Mat coarse(const cv::Mat& picture) {
    CV_Assert(picture.depth() == CV_8U && (picture.channels() == 1 || picture.channels() == 3));
    const int channels = picture.channels(), step = picture.rows >= 16 * cells.height ? 2 : 1;
    cv::Mat out(cells, CV_8UC1);
    std::vector<std::uint32_t> sums;
    for (int cy = 0; cy < cells.height; ++cy) {
        const int top = cy * picture.rows / cells.height;
        const int bottom = std::max(top + 1, (cy + 1) * picture.rows / cells.height);
        sums.assign(static_cast<std::size_t>(picture.cols) * static_cast<std::size_t>(channels), 0);
        int rows = 0;
        for (int y = top; y < bottom; y += step, ++rows) add(picture.ptr(y), sums);
        for (int cx = 0; cx < cells.width; ++cx) {
            const int left = cx * picture.cols / cells.width;
            const int right = std::max(left + 1, (cx + 1) * picture.cols / cells.width);
            out.at<std::uint8_t>(cy, cx) = mean(sums, channels, left, right, rows);
        }
    }
    return out;
}

bool Motion::moved(const cv::Mat& now, const cv::Mat& counts) const {
    cv::Mat changed;
    cv::absdiff(now, last_, changed);
    changed = changed > policy_.level;
    if (!counts.empty()) changed &= counts;
    const int all = counts.empty() ? cells.area() : std::max(1, cv::countNonZero(counts));
    return static_cast<float>(cv::countNonZero(changed)) > policy_.share * static_cast<float>(all);
}

Duration Motion::pause(Instant now) const {
    if (seen_ && now - *seen_ < policy_.lately) return policy_.busy;
    return std::clamp(still_ * 2, policy_.idle, policy_.longest);
}

bool Motion::worth_looking(const cv::Mat& region, Instant now, const cv::Mat& counts) {
    const cv::Mat cells_now = coarse(region);
    const bool motion = !looked_ || moved(cells_now, counts);
    const Duration due = motion ? Duration::zero() : pause(now);
    if (!motion && now - *looked_ < due) return false;
    last_ = cells_now;
    looked_ = now;
    still_ = due;
    return true;
}

void Motion::seen(Instant now) {
    seen_ = now;
    still_ = Duration::zero();
}

}  // namespace menshen::eye
