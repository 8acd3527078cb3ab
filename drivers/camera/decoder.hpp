// The compressed pictures of a live camera into frames.
//
// Why not by the video library itself: OpenCV 4.6 keeps the size of a stream's first picture. When a camera changes its
// size in mid-stream it shows the last picture of the old size for ever, as if it were new, or reads beyond the new
// one; it decodes with as many threads as the box has cores, and is behind by as many pictures; it decodes before
// anybody can say no to a picture's size. So OpenCV only opens, reads and keeps both timeouts (it hands out packets in
// its raw mode), and the same libavcodec that it would use is used here.
#pragma once

#include <memory>
#include <optional>

#include "camera/source.hpp"

namespace menshen::camera {

/// H.264, H.265, MJPEG and MPEG-4. One thread, not thread-safe. No exception leaves it but std::bad_alloc and
/// cv::Exception for want of memory.
class Decoder {
  public:
    /// `fourcc`: OpenCV's CAP_PROP_FOURCC of an opened stream. `extradata`: what the stream says of itself outside the
    /// pictures (parameter sets), may be empty. Errc::invalid names what a camera must be set to.
    static Result<std::unique_ptr<Decoder>> make(int fourcc, const cv::Mat& extradata, const Options& options);
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// Takes one packet; whether a whole picture came out, which picture() then gives. Errc::invalid: it cannot be
    /// decoded, has more than max_pixels (refused before it is decoded) or no more than 8 pixels on a side; damaged
    /// pictures, whose missing parts the decoder would paint from others, are refused too.
    [[nodiscard]] Result<bool> take(const cv::Mat& packet);
    /// The last picture, in its own size, scaled down to max_side. It may be kept and asked for its colours while the
    /// decoder goes on, by another thread, too. Its lines are not one after the other (cv::Mat::isContinuous).
    [[nodiscard]] Result<Picture> picture();

  private:
    struct Parts;
    explicit Decoder(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace menshen::camera
