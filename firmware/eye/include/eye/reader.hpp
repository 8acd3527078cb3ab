// One frame → the plates in it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "eye/corners.hpp"
#include "eye/detector.hpp"
#include "eye/recogniser.hpp"
#include "eye/region.hpp"
#include "values/claim.hpp"

namespace menshen::eye {

struct Seen {
    Read read;     // lane, frame, captured and picture are the caller's
    cv::Mat crop;  // straightened, as it was read (two rows one above the other), BGR
    std::string raw_text;
    PlateKind kind = PlateKind::single_row;
};

/// A reading that is less likely is none: its text stays empty, only its characters are told. Of 149 pictures without a
/// Chinese plate none was read with more than 0.42.
inline constexpr float least_likelihood = 0.45F;

struct ReaderOptions {
    int budget = 640 * 640;         // pixels of the detector's input
    int window_budget = 320 * 192;  // the same around a plate that was just seen, for our detector
    float min_width = 40;           // pixels; smaller plates are left out
    std::size_t max_plates = 6;     // recognised per frame
    Networks detector = Networks::ours;
    Networks recogniser = Networks::ours;
};

/// Not thread-safe, but for this: one thread may find while another one reads what was found before, for they share
/// nothing. One per child. No exception leaves it.
class PlateReader {
  public:
    static Result<PlateReader> load(const std::string& folder, ReaderOptions options = {});

    /// Plates whose centre lies in `region`: the likeliest reading first, of those above 0.9 the largest plate.
    [[nodiscard]] Result<std::vector<Seen>> read(const cv::Mat& frame, const Region& region);
    /// The same, looked for in `window` alone: for the frames after one that held a plate.
    [[nodiscard]] Result<std::vector<Seen>> read_window(const cv::Mat& frame, const Region& region, cv::Rect window);
    /// The two halves of read() and read_window().
    [[nodiscard]] Result<std::vector<Detection>> find(const cv::Mat& frame, const Region& region);
    [[nodiscard]] Result<std::vector<Detection>> find_window(const cv::Mat& frame, const Region& region,
                                                             cv::Rect window);
    [[nodiscard]] Result<std::vector<Seen>> read_found(const cv::Mat& frame, const std::vector<Detection>& found);
    /// A picture that is a plate and nothing else, of one row or of two; where its shape leaves that open, both are
    /// tried and the likelier reading is given.
    [[nodiscard]] Result<Seen> read_crop(const cv::Mat& crop);

  private:
    PlateReader(std::unique_ptr<Detector> detector, std::optional<Corners> corners,
                std::unique_ptr<Recogniser> recogniser, ReaderOptions options)
        : detector_(std::move(detector)),
          corners_(std::move(corners)),
          recogniser_(std::move(recogniser)),
          options_(options) {}
    /// Plates found in the window that lie in the region and may be read, with the best corners there are.
    Result<std::vector<Detection>> find_in(const cv::Mat& frame, const Region& region, cv::Rect window, int budget);
    void judge(const cv::Mat& frame, std::vector<Detection>& detections);
    Seen recognise(const cv::Mat& frame, const Detection& detection);
    void attempt(const cv::Mat& frame, const Quad& quad, bool two_rows, Seen& best, double& merit);
    /// Reads `row`, which shows what lies under `quad`; `best` becomes it if it is likelier, with `shown` as its crop.
    void consider(const cv::Mat& row, const cv::Mat& shown, const Quad& quad, Seen& best, double& merit);

    std::unique_ptr<Detector> detector_;
    std::optional<Corners> corners_;  // of our detector
    std::unique_ptr<Recogniser> recogniser_;
    ReaderOptions options_;
};

}  // namespace menshen::eye
