#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "eye/detector.hpp"

namespace menshen::eye {
namespace {

constexpr float pixel_threshold = 0.3F;  // of the probability map
constexpr float box_threshold = 0.5F;    // mean probability inside a box
constexpr float unclip_ratio = 1.5F;     // how far text shrank in training: area × ratio / circumference
constexpr std::size_t most_boxes = 32;

cv::Size input_size(cv::Size window, int budget) {
    const double scale = std::min(1.0, std::sqrt(static_cast<double>(budget) / window.area()));
    const auto side = [&](int pixels) { return std::max(32, cvRound(pixels * scale / 32) * 32); };
    return {side(window.width), side(window.height)};
}

/// (x − mean) / deviation per channel, in the order of the network's training.
cv::Mat blob_of(const cv::Mat& part, cv::Size size) {
    cv::Mat small;
    cv::resize(part, small, size, 0, 0, part.cols > 2 * size.width ? cv::INTER_AREA : cv::INTER_LINEAR);
    small.convertTo(small, CV_32FC3, 1 / 255.0);
    cv::subtract(small, cv::Scalar(0.485, 0.456, 0.406), small);
    cv::divide(small, cv::Scalar(0.229, 0.224, 0.225), small);
    return cv::dnn::blobFromImage(small);
}

float mean_inside(const cv::Mat& map, const std::vector<cv::Point>& contour) {
    const cv::Rect box = cv::boundingRect(contour);
    cv::Mat mask = cv::Mat::zeros(box.size(), CV_8UC1);
    cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{contour}, cv::Scalar(255), cv::LINE_8, 0, -box.tl());
    return static_cast<float>(cv::mean(map(box), mask)[0]);
}

/// Undoes the shrinking of the training's targets.
Quad unclipped(const Quad& quad) {
    const float w = width(quad), h = height(quad);
    const float distance = w * h * unclip_ratio / (2 * (w + h));
    return grown(quad, distance / std::max(h, 1.F), distance / std::max(h, 1.F));
}

class TextDetector : public Detector {
  public:
    explicit TextDetector(const cv::dnn::Net& network) : network_(network) {}

    std::vector<Detection> find(const cv::Mat& frame, cv::Rect window, int budget) override {
        const cv::Mat part = frame(window);
        const cv::Size size = input_size(window.size(), budget);
        network_.setInput(blob_of(part, size));
        const cv::Mat out = network_.forward();
        const cv::Mat map(size, CV_32FC1, const_cast<float*>(out.ptr<float>()));
        std::vector<std::vector<cv::Point>> contours;
        cv::findContours(map > pixel_threshold, contours, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
        const float sx = static_cast<float>(window.width) / static_cast<float>(size.width);
        const float sy = static_cast<float>(window.height) / static_cast<float>(size.height);
        std::vector<Detection> found;
        for (const auto& contour : contours) {
            if (contour.size() < 12) continue;
            const float score = mean_inside(map, contour);
            if (score < box_threshold) continue;
            Quad quad = unclipped(hugging(contour));
            for (auto& p : quad) {
                p = {p.x * sx + static_cast<float>(window.x), p.y * sy + static_cast<float>(window.y)};
            }
            found.push_back({quad, score, 0});
        }
        std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
        if (found.size() > most_boxes) found.resize(most_boxes);
        return found;
    }

  private:
    cv::dnn::Net network_;
};

}  // namespace

Result<std::unique_ptr<Detector>> load_baseline_detector(const std::string& folder) try {
    return std::unique_ptr<Detector>(
        std::make_unique<TextDetector>(cv::dnn::readNetFromONNX(folder + "/plate/baseline/detector.onnx")));
} catch (const std::exception& e) {
    return {Errc::corrupt,
            folder + "/plate/baseline/detector.onnx: " + e.what() + "; build the target menshen-baseline"};
}

}  // namespace menshen::eye
