// Puts the corners of a found plate right, in the frame's own pixels.
#pragma once

#include <opencv2/dnn.hpp>

#include <string>

#include "eye/detector.hpp"
#include "values/result.hpp"

namespace menshen::eye {

/// A small network (models/plate/corners.onnx) that looks at the plate with its surroundings, as large as the frame
/// shows it, where the detector saw the whole frame made small. Not thread-safe; one per child.
class Corners {
  public:
    /// `folder` as find_models says; the file is folder/plate/corners.onnx.
    static Result<Corners> load(const std::string& folder);

    /// The plate with better corners and two_rows; its score is the product of the detector's and the network's own.
    /// Corners that come out further than half a plate's height from where they were are left alone. Throws what
    /// OpenCV throws.
    [[nodiscard]] Detection put_right(const cv::Mat& frame, const Detection& plate);

  private:
    cv::dnn::Net network_;
};

}  // namespace menshen::eye
