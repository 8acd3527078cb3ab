#include "eye/corners.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>

#include "eye/plate_maps.hpp"

namespace menshen::eye {
namespace {

// As models/plate/train/corner_crops.py has it.
const cv::Size input(128, 48);
const Quad places{cv::Point2f(15, 9), {112, 9}, {112, 38}, {15, 38}};  // where the given corners lie in the input
constexpr float cell = 4;                                              // pixels of the input per cell of the maps
const cv::Size cells(32, 12);
constexpr float around = 0.4F;            // of the plate's extent, on every side, that is cut out
constexpr float large = 160, made = 130;  // wider plates are first made so wide, by areas: nothing flickers

struct Cut {
    cv::Mat picture;
    cv::Mat back;  // from the picture to the frame
};

cv::Rect surroundings(const Quad& quad, cv::Size frame) {
    const cv::Rect box = cv::boundingRect(std::vector<cv::Point2f>(quad.begin(), quad.end()));
    const cv::Size more(cvCeil(around * static_cast<float>(box.width)) + 4,
                        cvCeil(around * static_cast<float>(box.height)) + 4);
    const cv::Rect out(box.x - more.width, box.y - more.height, box.width + 2 * more.width,
                       box.height + 2 * more.height);
    return out & cv::Rect({0, 0}, frame);
}

Cut cut(const cv::Mat& frame, const Quad& quad) {
    const cv::Rect box = surroundings(quad, frame.size());
    if (box.width < 2 || box.height < 2) return {};
    cv::Mat part = frame(box);
    Quad inner = quad;
    for (auto& p : inner) p -= cv::Point2f(box.tl());
    if (const float w = width(quad); w > large) {
        const auto side = [&](int pixels) { return std::max(2, cvRound(static_cast<float>(pixels) * made / w)); };
        cv::Mat small;
        cv::resize(part, small, {side(part.cols), side(part.rows)}, 0, 0, cv::INTER_AREA);
        const float fx = static_cast<float>(small.cols) / static_cast<float>(part.cols);
        const float fy = static_cast<float>(small.rows) / static_cast<float>(part.rows);
        for (auto& p : inner) p = {(p.x + 0.5F) * fx - 0.5F, (p.y + 0.5F) * fy - 0.5F};
        part = small;
    }
    Cut out;
    cv::warpPerspective(part, out.picture, cv::getPerspectiveTransform(inner.data(), places.data()), input,
                        cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    out.back = cv::getPerspectiveTransform(places.data(), quad.data());
    return out;
}

/// The mean of the cells' centres, weighted by how likely (softmax) each is.
cv::Point2f mean_place(const float* heat) {
    const float highest = *std::max_element(heat, heat + cells.area());
    cv::Point2f sum;
    float all = 0;
    for (int i = 0; i < cells.area(); ++i) {
        const float likely = std::exp(heat[i] - highest);
        const int column = i % cells.width, row = i / cells.width;
        sum += likely * cv::Point2f(static_cast<float>(column), static_cast<float>(row));
        all += likely;
    }
    return sum * (cell / all) + cv::Point2f(0.5F * (cell - 1), 0.5F * (cell - 1));
}

}  // namespace

Result<Corners> Corners::load(const std::string& folder) {
    const std::string file = folder + "/plate/corners.onnx";
    try {
        Corners corners;
        corners.network_ = cv::dnn::readNetFromONNX(file);
        return corners;
    } catch (const std::exception& e) {
        return {Errc::corrupt, file + ": " + e.what()};
    }
}

Detection Corners::put_right(const cv::Mat& frame, const Detection& plate) {
    if (!convex(plate.corners)) return plate;
    const Cut look = cut(frame, plate.corners);
    if (look.picture.empty()) return plate;
    network_.setInput(cv::dnn::blobFromImage(look.picture, 1 / 255.0));
    std::vector<cv::Mat> out;
    network_.forward(out, std::vector<cv::String>{"heat", "said"});
    Detection better = plate;
    better.score *= probability(out[1].ptr<float>()[0]);
    better.two_rows = probability(out[1].ptr<float>()[1]);
    std::vector<cv::Point2f> places_now, corners;
    for (int c = 0; c < 4; ++c) places_now.push_back(mean_place(out[0].ptr<float>(0, c)));
    cv::perspectiveTransform(places_now, corners, look.back);
    Quad moved;
    std::copy(corners.begin(), corners.end(), moved.begin());
    float furthest = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        furthest = std::max(furthest, static_cast<float>(cv::norm(moved[i] - plate.corners[i])));
    }
    if (convex(moved) && furthest < 0.5F * std::max(height(plate.corners), width(plate.corners) / 4)) {
        better.corners = moved;
    }
    return better;
}

}  // namespace menshen::eye
