// Shapes learnt from real characters, which are 20 x 20 pixels and torn by binarisation: the mean of some that agree is
// sharper than any one of them.
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "plate-synth/glyph_set.hpp"

namespace menshen::synth {
namespace {

constexpr int fine = 4;  // the pictures are enlarged this many times

/// Where the ink lies, specks left out; empty when there is next to none.
cv::Rect ink_box(const cv::Mat& ink) {
    cv::Mat columns, rows;
    cv::reduce(ink, columns, 0, cv::REDUCE_SUM, CV_32S);
    cv::reduce(ink, rows, 1, cv::REDUCE_SUM, CV_32S);
    const auto range = [](const cv::Mat& sums) {
        int first = -1, last = -1;
        for (int i = 0; i < static_cast<int>(sums.total()); ++i) {
            if (sums.at<int>(i) < 255 * fine) continue;
            if (first < 0) first = i;
            last = i + 1;
        }
        return std::pair(first, last);
    };
    const auto [x0, x1] = range(columns);
    const auto [y0, y1] = range(rows);
    if (x0 < 0 || y0 < 0) return {};
    return {x0, y0, x1 - x0, y1 - y0};
}

/// Ink 0..1 in the field's size; empty when the picture is no whole character.
cv::Mat normalised(const std::string& file, bool narrow) {
    const cv::Mat read = cv::imread(file, cv::IMREAD_GRAYSCALE);
    if (read.empty()) return {};
    cv::Mat big;
    cv::resize(read, big, {}, fine, fine, cv::INTER_CUBIC);
    cv::threshold(big, big, 127, 255, cv::THRESH_BINARY);
    const cv::Rect box = ink_box(big);
    if (box.height < 12 * fine || (!narrow && box.width < 6 * fine)) return {};
    cv::Mat out(field_height, field_width, CV_32F, cv::Scalar(0)), filled;
    const int width = narrow ? cvRound(field_width * narrow_share) : field_width;
    cv::resize(big(box), filled, {width, field_height}, 0, 0, cv::INTER_LINEAR);
    filled.convertTo(out.colRange((field_width - width) / 2, (field_width - width) / 2 + width), CV_32F, 1.0 / 255);
    return out;
}

double agreement(const cv::Mat& a, const cv::Mat& b) {
    return a.dot(b) / std::max(1e-6, std::sqrt(a.dot(a) * b.dot(b)));
}

/// Those nearest to the mean: the others are torn, or another character.
std::vector<cv::Mat> agreeing(std::vector<cv::Mat> all) {
    for (int round = 0; round < 2; ++round) {
        cv::Mat mean(field_height, field_width, CV_32F, cv::Scalar(0));
        for (const cv::Mat& one : all) mean += one;
        std::vector<std::pair<double, std::size_t>> order;
        for (std::size_t i = 0; i < all.size(); ++i) order.emplace_back(-agreement(all[i], mean), i);
        std::sort(order.begin(), order.end());
        std::vector<cv::Mat> kept;
        const std::size_t most = std::max<std::size_t>(4, all.size() * 3 / 4);
        for (const auto& [score, i] : order) {
            if (kept.size() < most) kept.push_back(all[i]);
        }
        all = std::move(kept);
    }
    return all;
}

std::vector<std::string> pictures_in(const std::string& folder, std::size_t most) {
    std::vector<std::string> files;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    if (files.size() > most) files.resize(most);
    return files;
}

}  // namespace

std::vector<cv::Mat> learnt_fields(const std::string& folder, bool narrow, bool dense, int variants) {
    std::vector<cv::Mat> all;
    for (const std::string& file : pictures_in(folder, 240)) {
        if (cv::Mat one = normalised(file, narrow); !one.empty()) all.push_back(std::move(one));
    }
    if (all.size() < 3) return {};
    all = agreeing(std::move(all));
    Rng rng(all.size(), 7);
    std::vector<cv::Mat> out;
    for (int v = 0; v < variants; ++v) {
        const int few = v < variants / 3 ? static_cast<int>(all.size()) : rng.between(5, 14);
        cv::Mat mean(field_height, field_width, CV_32F, cv::Scalar(0)), soft, ink;
        for (int i = 0; i < few; ++i)
            mean += few == static_cast<int>(all.size()) ? all[static_cast<std::size_t>(i)] : rng.pick(all);
        cv::GaussianBlur(mean, mean, {}, rng.uniform(0.8, 1.3), rng.uniform(1, 1.8));
        mean /= few;
        // binarisation fills what lies between close strokes: where there is much ink around, more is asked for
        cv::GaussianBlur(mean, soft, {}, 5, 7);
        const double open = dense ? rng.uniform(0.4, 1.1) : rng.uniform(0, 0.3);
        cv::threshold(soft - 0.45, soft, 0, 0, cv::THRESH_TOZERO);
        mean -= open * soft;
        mean.convertTo(ink, CV_8U, 255);
        out.push_back(field_of(ink));
    }
    return out;
}

}  // namespace menshen::synth
