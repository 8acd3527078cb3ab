#include "eye/detector.hpp"

#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "eye/plate_maps.hpp"

namespace menshen::eye {
namespace {

constexpr float least_score = 0.3F;  // what is less sure is left out; the corners' network judges the rest once more
constexpr float same_plate = 0.4F;   // overlap from which two finds are one plate
constexpr std::size_t most_plates = 32;
constexpr std::array<int, 3> strides{8, 16, 32};
const std::vector<cv::String> outputs{"p8", "p16", "p32"};
/// Sizes of input, the smallest first: surroundings of a plate, lying, square and standing pictures.
const std::array<cv::Size, 4> sizes{cv::Size(320, 192), {640, 384}, {480, 480}, {384, 640}};
/// A second, coarse look at a window that is given a large input: what is too large there is found here, at a quarter
/// of the cost. Plates 600 pixels wide in 1920 x 1080: 25 of 30 found without it, 30 of 30 with it.
const std::array<cv::Size, 2> coarse_sizes{cv::Size(320, 192), {192, 320}};
const cv::Scalar fill(114, 114, 114);  // beside a picture of another shape, as in training

/// The window at the top left of the network's input.
struct Letterboxed {
    cv::Mat input;
    float sx = 1, sy = 1;  // pixels of the window per pixel of the input
};

double scale_of(cv::Size part, cv::Size input) {
    return std::min(
        {1.0, static_cast<double>(input.width) / part.width, static_cast<double>(input.height) / part.height});
}

Letterboxed letterboxed(const cv::Mat& part, cv::Size size) {
    const double scale = scale_of(part.size(), size);
    const cv::Size inner(std::max(1, cvRound(part.cols * scale)), std::max(1, cvRound(part.rows * scale)));
    Letterboxed out{cv::Mat(size, CV_8UC3, fill), static_cast<float>(part.cols) / static_cast<float>(inner.width),
                    static_cast<float>(part.rows) / static_cast<float>(inner.height)};
    cv::resize(part, out.input(cv::Rect({0, 0}, inner)), inner, 0, 0, cv::INTER_AREA);
    return out;
}

/// Our network (models/plate/detector.onnx), once for every size of input: OpenCV allocates anew when a size changes.
class PlateDetector : public Detector {
  public:
    struct Input {
        cv::Size size;
        cv::dnn::Net network;
    };
    explicit PlateDetector(const std::string& file) {
        for (const auto size : sizes) inputs_.push_back({size, cv::dnn::readNetFromONNX(file)});
        for (const auto size : coarse_sizes) coarse_.push_back({size, cv::dnn::readNetFromONNX(file)});
    }

    std::vector<Detection> find(const cv::Mat& frame, cv::Rect window, int budget) override {
        Input& input = fitting(inputs_, window.size(), budget);
        auto found = look(input, frame, window);
        if (input.size.area() > sizes.front().area()) {
            add(found, look(fitting(coarse_, window.size(), budget), frame, window));
        }
        return found;
    }

  private:
    static std::vector<Detection> look(Input& input, const cv::Mat& frame, cv::Rect window) {
        const auto box = letterboxed(frame(window), input.size);
        input.network.setInput(cv::dnn::blobFromImage(box.input, 1 / 255.0));
        std::vector<cv::Mat> planes;
        input.network.forward(planes, outputs);
        std::vector<PlateMap> maps;
        for (std::size_t i = 0; i < planes.size(); ++i) {
            maps.push_back({planes[i].ptr<float>(), planes[i].size[2], planes[i].size[3], strides[i]});
        }
        auto found = plates_of(maps, least_score, most_plates);
        const auto tl = cv::Point2f(window.tl());
        for (auto& plate : found) {
            for (auto& p : plate.corners) {
                p = tl + cv::Point2f((p.x + 0.5F) * box.sx - 0.5F, (p.y + 0.5F) * box.sy - 0.5F);
            }
        }
        return found;
    }

    /// Of two finds of one plate the surer stays.
    static void add(std::vector<Detection>& found, const std::vector<Detection>& others) {
        found.insert(found.end(), others.begin(), others.end());
        std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
        std::vector<Detection> kept;
        for (const auto& plate : found) {
            const bool known = std::any_of(kept.begin(), kept.end(), [&](const auto& other) {
                return overlap(plate.corners, other.corners) > same_plate;
            });
            if (!known && kept.size() < most_plates) kept.push_back(plate);
        }
        found = std::move(kept);
    }

    /// That which shows the window largest, though never enlarged; of equals the first.
    static Input& fitting(std::vector<Input>& inputs, cv::Size window, int budget) {
        Input* best = &inputs.front();
        double largest = 0;
        for (auto& input : inputs) {
            const double scale = scale_of(window, input.size);
            if (scale <= largest * 1.02 || (largest > 0 && input.size.area() > budget)) continue;
            best = &input;
            largest = scale;
        }
        return *best;
    }

    std::vector<Input> inputs_;  // the smallest first
    std::vector<Input> coarse_;
};

Result<std::unique_ptr<Detector>> load_ours(const std::string& folder) {
    const std::string file = folder + "/plate/detector.onnx";
    try {
        return std::unique_ptr<Detector>(std::make_unique<PlateDetector>(file));
    } catch (const std::exception& e) {
        return {Errc::corrupt, file + ": " + e.what()};
    }
}

}  // namespace

Result<std::unique_ptr<Detector>> Detector::load(const std::string& folder, Networks networks) {
    return networks == Networks::ours ? load_ours(folder) : load_baseline_detector(folder);
}

}  // namespace menshen::eye
