// Reads the characters of one straightened plate (PP-OCRv4 recognition, a CTC network).
#pragma once

#include <opencv2/dnn.hpp>

#include <string>
#include <vector>

#include "eye/beam.hpp"
#include "values/result.hpp"

namespace menshen::eye {

/// Not thread-safe; one per child.
class Recogniser {
  public:
    static constexpr int input_width = 192, input_height = 48;  // pixels; what the network is converted for

    /// `folder` as find_models says.
    static Result<Recogniser> load(const std::string& folder);

    /// `crop` is BGR of any size; it is stretched to the input.
    [[nodiscard]] std::vector<Column> columns(const cv::Mat& crop);
    /// The network's own best text of the last crop, with whatever characters it knows.
    [[nodiscard]] const std::string& raw_text() const { return raw_text_; }
    [[nodiscard]] const Alphabet& alphabet() const { return alphabet_; }

  private:
    enum Role : int { blank = -1, other = -2 };

    cv::dnn::Net network_;
    Alphabet alphabet_;
    std::vector<std::string> characters_;  // of each class of the network; [0] is blank
    std::vector<int> symbols_;             // of each class: symbol of the alphabet, or a Role
    std::string raw_text_;
};

}  // namespace menshen::eye
