// Reads the characters, ground and kind of one straightened plate.
#pragma once

#include <opencv2/core.hpp>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "eye/appearance.hpp"
#include "eye/beam.hpp"
#include "eye/models.hpp"
#include "values/result.hpp"

namespace menshen::eye {

/// What a crop is. The order is that of the network's outputs.
enum class PlateKind { none, unreadable, single_row, double_row };

struct Recognised {
    std::vector<Column> columns;
    std::array<float, 4> kinds{0, 0, 1, 0};  // probability of each PlateKind, sum 1
    Ground ground;
    std::string raw_text;  // the network's own best text, with whatever characters it knows

    [[nodiscard]] PlateKind kind() const;
    /// That there is a plate and that it can be read.
    [[nodiscard]] float readable() const { return kinds[2] + kinds[3]; }
};

/// Not thread-safe; one per child.
class Recogniser {
  public:
    Recogniser() = default;
    Recogniser(const Recogniser&) = delete;
    Recogniser& operator=(const Recogniser&) = delete;
    virtual ~Recogniser() = default;

    /// `folder` as find_models says. Ours is folder/plate/recogniser.onnx.
    static Result<std::unique_ptr<Recogniser>> load(const std::string& folder, Networks networks);

    /// `crop` is BGR of any size, one row of characters (see one_row); it is stretched to the network's input.
    [[nodiscard]] virtual Recognised recognise(const cv::Mat& crop) = 0;
    [[nodiscard]] const Alphabet& alphabet() const { return alphabet_; }

  private:
    Alphabet alphabet_;
};

/// What is spelled, or nothing where the recogniser says that there is nothing to read. Its likelihood says how sure
/// the best is: its share among the plates that the columns may spell, lessened where they hardly spell a plate.
struct Answer {
    Spelled spelled;
    float likelihood = 0;  // of the best spelling, 0..1
};
[[nodiscard]] Answer answer_of(const Alphabet& alphabet, const Recognised& recognised);

/// The general network (PP-OCRv4 recognition) that ours is measured against: knows no kinds; its ground is by hue.
[[nodiscard]] Result<std::unique_ptr<Recogniser>> load_baseline_recogniser(const std::string& folder);

}  // namespace menshen::eye
