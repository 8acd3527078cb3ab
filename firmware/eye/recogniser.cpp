#include "eye/recogniser.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <fstream>

namespace menshen::eye {
namespace {

/// The networks are surer than they are right: their probabilities are drawn towards each other by this power (fitted
/// on training pictures, see models/plate/README.md).
constexpr float cooling = 0.9F;

/// Plates have these between their characters; to us they are gaps.
constexpr std::array<std::string_view, 8> separators{"·", "•", ".", "-", " ", ":", "。", "・"};

}  // namespace

Result<Recogniser> Recogniser::load(const std::string& folder) try {
    Recogniser recogniser;
    recogniser.network_ = cv::dnn::readNetFromONNX(folder + "/plate/recogniser.onnx");
    std::ifstream file(folder + "/plate/characters.txt");
    recogniser.characters_.emplace_back();
    for (std::string line; std::getline(file, line);) recogniser.characters_.push_back(line);
    recogniser.characters_.emplace_back(" ");
    for (const auto& character : recogniser.characters_) {
        const int symbol = recogniser.alphabet_.find(character);
        const bool gap =
            character.empty() || std::find(separators.begin(), separators.end(), character) != separators.end();
        recogniser.symbols_.push_back(symbol >= 0 ? symbol : gap ? int{blank} : int{other});
    }
    for (std::size_t s = 0; s < recogniser.alphabet_.size(); ++s) {
        if (std::find(recogniser.symbols_.begin(), recogniser.symbols_.end(), static_cast<int>(s)) ==
            recogniser.symbols_.end()) {
            return {Errc::corrupt, folder + "/plate/characters.txt does not hold " + recogniser.alphabet_.at(s)};
        }
    }
    return recogniser;
} catch (const std::exception& e) {
    return {Errc::corrupt, folder + "/plate/recogniser.onnx: " + e.what()};
}

std::vector<Column> Recogniser::columns(const cv::Mat& crop) {
    network_.setInput(cv::dnn::blobFromImage(crop, 1 / 127.5, {input_width, input_height}, cv::Scalar::all(127.5)));
    const cv::Mat out = network_.forward();  // 1 × columns × classes
    const int steps = out.size[1];
    const auto classes = std::min(static_cast<std::size_t>(out.size[2]), symbols_.size());
    std::vector<Column> columns(static_cast<std::size_t>(steps));
    raw_text_.clear();
    std::size_t before = 0;
    for (int t = 0; t < steps; ++t) {
        const float* p = out.ptr<float>(0, t);
        auto& column = columns[static_cast<std::size_t>(t)];
        column.symbols.assign(alphabet_.size(), 0);
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
        if (best != 0 && best != before) raw_text_ += characters_[best];
        before = best;
    }
    return columns;
}

}  // namespace menshen::eye
