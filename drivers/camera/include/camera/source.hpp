// Frames of one camera, one after the other.
#pragma once

#include <opencv2/core/mat.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "camera/address.hpp"
#include "camera/picture.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::camera {

struct Options {
    std::string url;                  // see Address
    std::string credentials;          // "user:password" or empty
    bool loop = false;                // clip and folder: from the beginning again at the end
    milliseconds open_timeout{5000};  // a stream with a key frame every 4 s opens within it
    milliseconds read_timeout{2000};  // a stream that sends less than one frame in this time is taken for dead
    milliseconds picture_time{500};   // folder: how long each picture stands
    std::int64_t max_pixels =
        64'000'000;       // width × height; larger frames are refused before decoding where the format tells
    int max_side = 3840;  // pixels; larger frames are scaled down to this
};

struct Frame {
    Picture picture;
    Instant captured{};        // CLOCK_BOOTTIME when the frame left the library
    std::uint64_t number = 0;  // counts up per grabber, gaps = frames nobody looked at
};

/// Not thread-safe. open() comes back within open_timeout + diagnosis, next() within longest_next(), unless the video
/// library hangs: it looks at its clock only between the pieces that it reads (a name that is being resolved, a file
/// that gives no byte and a decoder that is lost in bad data do not look at it).
///
/// What OpenCV 4.6 does with a peer that freezes (seen with GStreamer's RTSP server under SIGSTOP): after read_timeout
/// the demuxer gives up and hands out what its parser and decoder still held, so the read *succeeds*, two seconds late,
/// with a picture from before the freeze; every later read fails at once, also when the peer is back. Therefore a frame
/// that took read_timeout or longer is refused as Errc::timeout, and the source must be opened again. RTSP goes over
/// TCP alone: with UDP a dead camera and a quiet one look the same.
class Source {
  public:
    virtual ~Source() = default;

    /// The next frame. Errc::unavailable: the stream or clip is over, open it again. Errc::timeout: nothing came in
    /// read_timeout, open it again. Errc::invalid: the frame is refused (too large, no pixels).
    [[nodiscard]] virtual Result<Picture> next() = 0;
    /// The clip or folder is at its end, and `loop` is off: opening it again is not wanted.
    [[nodiscard]] virtual bool ended() const { return false; }

    /// Errors say what to check. No exception leaves this.
    [[nodiscard]] static Result<std::unique_ptr<Source>> open(const Options& options);
};

/// A stream that does not open is asked why for at most so long.
inline constexpr milliseconds diagnosis{1500};

/// The longest that next() takes while the library is well: a clip waits for a frame's time no longer than
/// read_timeout, a folder for picture_time.
[[nodiscard]] inline Duration longest_next(const Options& options) {
    return std::max<Duration>(options.read_timeout, options.picture_time);
}

/// CLOCK_BOOTTIME.
[[nodiscard]] Instant boot_now();

/// One picture file. JPEG, PNG and BMP; more than max_pixels is refused before it is decoded. No exception leaves this.
[[nodiscard]] Result<cv::Mat> load_picture(const std::string& path, const Options& options = {});

/// Refuses frames without pixels or with more than max_pixels; scales those with a side above max_side.
[[nodiscard]] Result<cv::Mat> admit(cv::Mat image, const Options& options);

}  // namespace menshen::camera
