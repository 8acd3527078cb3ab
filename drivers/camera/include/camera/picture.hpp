// A picture whose colours are computed when somebody asks for them: of most frames of an empty lane nobody does.
#pragma once

#include <opencv2/core/mat.hpp>

#include <functional>
#include <utility>

#include "values/result.hpp"

namespace menshen::camera {

/// Copies share their pixels. Any thread may use one, each at a time its own copy.
class Picture {
  public:
    using Colours = std::function<Result<cv::Mat>()>;

    Picture() = default;
    explicit Picture(cv::Mat bgr) : plain_(std::move(bgr)) {}
    /// `brightness` may lie in memory that `colours` keeps.
    Picture(cv::Mat brightness, Colours colours) : plain_(std::move(brightness)), colours_(std::move(colours)) {}

    [[nodiscard]] cv::Size size() const { return plain_.size(); }
    /// 8-bit BGR, or brightness alone (video's: black may be 16, white 235) where the colours are not there yet. Read
    /// only, and only as long as this picture or a copy of it lives.
    [[nodiscard]] const cv::Mat& plain() const { return plain_; }
    /// 8-bit BGR of the same size, computed at every call. Read only. No exception leaves it.
    [[nodiscard]] Result<cv::Mat> bgr() const { return colours_ ? colours_() : Result<cv::Mat>(plain_); }

  private:
    cv::Mat plain_;
    Colours colours_;
};

}  // namespace menshen::camera
