// One frame → the plates in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "eye/detector.hpp"
#include "eye/recogniser.hpp"
#include "eye/region.hpp"
#include "values/claim.hpp"

namespace menshen::eye {

struct Seen {
    Read read;     // lane, frame, captured and picture are the caller's
    cv::Mat crop;  // straightened, as it was read, BGR
    std::string raw_text;
    PlateKind kind = PlateKind::single_row;
};

struct ReaderOptions {
    int budget = 640 * 640;      // pixels of the detector's input
    float min_width = 40;        // pixels; smaller plates are left out
    std::size_t max_plates = 6;  // recognised per frame
    Networks recogniser = Networks::baseline;
};

/// Not thread-safe; one per child. No exception leaves it.
class PlateReader {
  public:
    static Result<PlateReader> load(const std::string& folder, ReaderOptions options = {});

    /// Plates whose centre lies in `region`, the most plate-like first.
    [[nodiscard]] Result<std::vector<Seen>> read(const cv::Mat& frame, const Region& region);
    /// The same, looked for in `window` alone: for the frames after one that held a plate.
    [[nodiscard]] Result<std::vector<Seen>> read_window(const cv::Mat& frame, const Region& region, cv::Rect window);
    /// A picture that is a plate and nothing else.
    [[nodiscard]] Result<Seen> read_crop(const cv::Mat& crop);

  private:
    PlateReader(Detector detector, std::unique_ptr<Recogniser> recogniser, ReaderOptions options)
        : detector_(std::move(detector)), recogniser_(std::move(recogniser)), options_(options) {}
    Seen recognise(const cv::Mat& frame, const Detection& detection);
    void attempt(const cv::Mat& frame, const Quad& quad, Seen& best, double& merit);
    /// Reads `crop`, which shows what lies under `quad`; `best` becomes it if it is likelier.
    void consider(const cv::Mat& crop, const Quad& quad, Seen& best, double& merit);

    Detector detector_;
    std::unique_ptr<Recogniser> recogniser_;
    ReaderOptions options_;
};

}  // namespace menshen::eye
