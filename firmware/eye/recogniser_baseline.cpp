#include <opencv2/dnn.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <fstream>

#include "eye/recogniser.hpp"

namespace menshen::eye {
namespace {

/// The networks are surer than they are right: their probabilities are drawn towards each other by this power (fitted
/// on training pictures, see models/plate/README.md).
constexpr float cooling = 0.9F;

/// Plates have these between their characters; to us they are gaps.
constexpr std::array<std::string_view, 8> separators{"·", "•", ".", "-", " ", ":", "。", "・"};

class BaselineRecogniser : public Recogniser {
  public:
    explicit BaselineRecogniser(const std::string& folder);

    [[nodiscard]] Recognised recognise(const cv::Mat& crop) override;
    /// A symbol of the alphabet that the network does not know, or an empty text.
    [[nodiscard]] std::string missing() const;

  private:
    enum Role : int { blank = -1, other = -2 };
    static constexpr int input_width = 192, input_height = 48;  // pixels; what the network is converted for

    cv::dnn::Net network_;
    std::vector<std::string> characters_;  // of each class of the network; [0] is blank
    std::vector<int> symbols_;             // of each class: symbol of the alphabet, or a Role
};

BaselineRecogniser::BaselineRecogniser(const std::string& folder)
    : network_(cv::dnn::readNetFromONNX(folder + "/plate/baseline/recogniser.onnx")) {
    std::ifstream file(folder + "/plate/baseline/characters.txt");
    characters_.emplace_back();
    for (std::string line; std::getline(file, line);) characters_.push_back(line);
    characters_.emplace_back(" ");
    for (const auto& character : characters_) {
        const int symbol = alphabet().find(character);
        const bool gap =
            character.empty() || std::find(separators.begin(), separators.end(), character) != separators.end();
        symbols_.push_back(symbol >= 0 ? symbol : gap ? int{blank} : int{other});
    }
}

std::string BaselineRecogniser::missing() const {
    for (std::size_t s = 0; s < alphabet().size(); ++s) {
        if (std::find(symbols_.begin(), symbols_.end(), static_cast<int>(s)) == symbols_.end()) return alphabet().at(s);
    }
    return {};
}

Recognised BaselineRecogniser::recognise(const cv::Mat& crop) {
    network_.setInput(cv::dnn::blobFromImage(crop, 1 / 127.5, {input_width, input_height}, cv::Scalar::all(127.5)));
    const cv::Mat out = network_.forward();  // 1 × columns × classes
    const int steps = out.size[1];
    const auto classes = std::min(static_cast<std::size_t>(out.size[2]), symbols_.size());
    Recognised recognised;
    recognised.ground = ground_of(crop);
    auto& columns = recognised.columns;
    columns.resize(static_cast<std::size_t>(steps));
    std::size_t before = 0;
    for (int t = 0; t < steps; ++t) {
        const float* p = out.ptr<float>(0, t);
        auto& column = columns[static_cast<std::size_t>(t)];
        column.symbols.assign(alphabet().size(), 0);
        column.blank = 0;
        float rest = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            const int symbol = symbols_[c];
            (symbol >= 0       ? column.symbols[static_cast<std::size_t>(symbol)]
             : symbol == blank ? column.blank
                               : rest) += p[c];
        }
        float sum = 0;
        for (auto* value : {&column.blank, &rest}) sum += * value = std::pow(*value, cooling);
        for (auto& value : column.symbols) sum += value = std::pow(value, cooling);
        column.blank /= sum;
        for (auto& value : column.symbols) value /= sum;
        const auto best = static_cast<std::size_t>(std::max_element(p, p + classes) - p);
        if (best != 0 && best != before) recognised.raw_text += characters_[best];
        before = best;
    }
    return recognised;
}

}  // namespace

Result<std::unique_ptr<Recogniser>> load_baseline_recogniser(const std::string& folder) try {
    auto recogniser = std::make_unique<BaselineRecogniser>(folder);
    if (const auto missing = recogniser->missing(); !missing.empty()) {
        return {Errc::corrupt, folder + "/plate/baseline/characters.txt does not hold " + missing};
    }
    return std::unique_ptr<Recogniser>(std::move(recogniser));
} catch (const std::exception& e) {
    return {Errc::corrupt,
            folder + "/plate/baseline/recogniser.onnx: " + e.what() + "; build the target menshen-baseline"};
}

}  // namespace menshen::eye
