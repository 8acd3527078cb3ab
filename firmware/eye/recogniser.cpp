#include "eye/recogniser.hpp"

#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <exception>

namespace menshen::eye {
namespace {

const cv::Size input_size{160, 32};
constexpr std::size_t colours = 7;  // of PlateColour; the network has one output more

/// `count` logits as probabilities.
std::vector<float> softmax(const float* logits, std::size_t count) {
    std::vector<float> p(logits, logits + count);
    const float highest = *std::max_element(p.begin(), p.end());
    float sum = 0;
    for (auto& value : p) sum += value = std::exp(value - highest);
    for (auto& value : p) value /= sum;
    return p;
}

/// Outputs columns (1 × 40 × symbols and blank, blank last), colour (1 × 8) and kind (1 × 4), all logits.
class OwnRecogniser : public Recogniser {
  public:
    explicit OwnRecogniser(const std::string& file) : network_(cv::dnn::readNetFromONNX(file)) {}

    [[nodiscard]] Recognised recognise(const cv::Mat& crop) override {
        cv::Mat small;
        const bool shrinks = crop.cols > input_size.width && crop.rows > input_size.height;
        cv::resize(crop, small, input_size, 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
        network_.setInput(cv::dnn::blobFromImage(small, 1 / 127.5, input_size, cv::Scalar::all(127.5)));
        std::vector<cv::Mat> out;
        network_.forward(out, std::vector<cv::String>{"columns", "colour", "kind"});
        Recognised recognised;
        spread(out[0], recognised);
        const auto colour = softmax(out[1].ptr<float>(), colours);
        const auto best = std::max_element(colour.begin(), colour.end());
        recognised.ground = {static_cast<PlateColour>(best - colour.begin()), *best};
        const auto kinds = softmax(out[2].ptr<float>(), recognised.kinds.size());
        std::copy(kinds.begin(), kinds.end(), recognised.kinds.begin());
        return recognised;
    }

    /// Whether it answers as ours do; a network of another shape would be read as nonsense.
    [[nodiscard]] bool fits() {
        network_.setInput(cv::dnn::blobFromImage(cv::Mat::zeros(input_size, CV_8UC3)));
        std::vector<cv::Mat> out;
        network_.forward(out, std::vector<cv::String>{"columns", "colour", "kind"});
        return out.size() == 3 && out[0].dims == 3 && out[0].size[2] == static_cast<int>(alphabet().size()) + 1 &&
               out[1].total() == colours + 1 && out[2].total() == Recognised{}.kinds.size();
    }

  private:
    void spread(const cv::Mat& logits, Recognised& recognised) const {
        const auto classes = static_cast<std::size_t>(logits.size[2]);
        std::size_t before = classes - 1;
        for (int t = 0; t < logits.size[1]; ++t) {
            auto p = softmax(logits.ptr<float>(0, t), classes);
            const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
            if (best + 1 != classes && best != before) recognised.raw_text += alphabet().at(best);
            before = best;
            const float blank = p.back();
            p.pop_back();
            recognised.columns.push_back({std::move(p), blank});
        }
    }

    cv::dnn::Net network_;
};

/// Plates of the services (army, police, embassies, aviation) are neither blue nor yellow.
bool may_be_special(const Ground& ground) {
    return ground.colour != PlateColour::blue && ground.colour != PlateColour::yellow;
}

}  // namespace

PlateKind Recognised::kind() const {
    return static_cast<PlateKind>(std::max_element(kinds.begin(), kinds.end()) - kinds.begin());
}

Result<std::unique_ptr<Recogniser>> Recogniser::load(const std::string& folder, Networks networks) {
    if (networks == Networks::baseline) return load_baseline_recogniser(folder);
    const auto file = folder + "/plate/recogniser.onnx";
    try {
        auto recogniser = std::make_unique<OwnRecogniser>(file);
        if (!recogniser->fits()) return {Errc::corrupt, file + " has not the outputs of a plate recogniser"};
        return std::unique_ptr<Recogniser>(std::move(recogniser));
    } catch (const std::exception& e) {
        return {Errc::corrupt, file + ": " + e.what()};
    }
}

Answer answer_of(const Alphabet& alphabet, const Recognised& recognised) {
    Answer answer;
    if (recognised.readable() < 0.5F) return answer;
    answer.spelled = spell(alphabet, recognised.columns, may_be_special(recognised.ground));
    if (answer.spelled.plates.empty()) return answer;
    answer.likelihood =
        static_cast<float>(answer.spelled.plates.front().likelihood * std::sqrt(answer.spelled.grammar));
    return answer;
}

}  // namespace menshen::eye
