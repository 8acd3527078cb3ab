// Streams, clips and USB cameras through cv::VideoCapture.
#include <fmt/core.h>
#include <opencv2/videoio.hpp>

#include <cstdlib>
#include <exception>
#include <new>
#include <thread>

#include "decoder.hpp"
#include "diagnose.hpp"
#include "sources.hpp"

namespace menshen::camera {
namespace {

/// A packet that was waited for is new. One that was there already has waited itself: it is shown only if nothing else
/// was shown for a while, or the gate would take a picture from before a pause (opening takes two seconds, in which
/// pictures queue) for the present.
constexpr milliseconds arrives{2};
constexpr milliseconds behind{250};

/// FFmpeg takes its options from the environment; a process watches one camera, so that is no shared state. A stream
/// may not send us elsewhere: playlists and other protocols are switched off, or a hostile camera could make the eye
/// fetch from the local network or read local files.
void set_stream_options(const Address& address) {
    const bool rtsp = address.target.starts_with("rtsp");
    const char* options = rtsp ? "rtsp_transport;tcp|protocol_whitelist;rtsp,rtsps,rtp,srtp,udp,tcp,tls,crypto"
                          : address.kind == Kind::stream
                              ? "protocol_whitelist;http,https,tcp,tls,httpproxy|format_whitelist;"
                                "mpjpeg,mjpeg,jpeg_pipe,mpegts,h264,hevc,flv,matroska,webm,mov,mp4,ogg|fflags;nobuffer"
                              : "protocol_whitelist;file";
    ::setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", options, 1);
    ::setenv("RES_OPTIONS", "timeout:1 attempts:2", 0);  // a dead name server: no timeout of the library reaches it
}

std::string what_to_check(const Address& address) {
    switch (address.kind) {
        case Kind::stream:
            return "check that the camera has power and network, and its address, user and password";
        case Kind::device:
            return "check that the USB camera is plugged in and that no other program uses it";
        default:
            return "is it a video that ffmpeg can play?";
    }
}

class Video final : public Source {
  public:
    Video(Address address, const Options& options) : address_(std::move(address)), options_(options) {}

    Status start() {
        set_stream_options(address_);
        const std::vector<int> limits{cv::CAP_PROP_OPEN_TIMEOUT_MSEC, static_cast<int>(options_.open_timeout.count()),
                                      cv::CAP_PROP_READ_TIMEOUT_MSEC, static_cast<int>(options_.read_timeout.count())};
        const bool opened = address_.kind == Kind::device ? capture_.open(address_.device, cv::CAP_V4L2)
                                                          : capture_.open(address_.target, cv::CAP_FFMPEG, limits);
        if (!opened && address_.kind == Kind::stream) return why_closed(address_, diagnosis).in(address_.shown);
        if (!opened) return {Errc::unavailable, address_.shown + " does not open; " + what_to_check(address_)};
        const auto pixels = capture_.get(cv::CAP_PROP_FRAME_WIDTH) * capture_.get(cv::CAP_PROP_FRAME_HEIGHT);
        if (pixels > static_cast<double>(options_.max_pixels)) {
            return {Errc::invalid, address_.shown + ": frames of more than " +
                                       std::to_string(options_.max_pixels / 1'000'000) +
                                       " million pixels are refused; set the camera to 1920 x 1080"};
        }
        started_ = shown_ = boot_now();
        return address_.kind == Kind::stream ? decode_here() : Status();
    }

    Result<Picture> next() override try {
        return decoder_ ? next_picture() : next_frame();
    } catch (const cv::Exception& e) {
        if (e.code == cv::Error::StsNoMem) return too_large();
        return {Errc::io, address_.shown + ": " + without_credentials(e.what())};
    } catch (const std::bad_alloc&) {
        return too_large();
    } catch (const std::exception& e) {
        return {Errc::io, address_.shown + ": " + without_credentials(e.what())};
    }

    [[nodiscard]] bool ended() const override { return ended_; }

  private:
    /// From now on read() gives packets.
    Status decode_here() {
        cv::Mat extradata;
        if (const int index = static_cast<int>(capture_.get(cv::CAP_PROP_CODEC_EXTRADATA_INDEX)); index > 0) {
            capture_.retrieve(extradata, index);
        }
        auto decoder = Decoder::make(static_cast<int>(capture_.get(cv::CAP_PROP_FOURCC)), extradata, options_);
        if (!decoder) return decoder.error().in(address_.shown);
        if (!capture_.set(cv::CAP_PROP_FORMAT, -1)) return {Errc::internal, address_.shown + " gives no packets"};
        decoder_ = std::move(*decoder);
        return {};
    }

    /// The next whole picture that is no leftover of a pause. A stream that only sends what cannot be shown is told so
    /// every read_timeout; it may be waiting for its next key frame.
    Result<Picture> next_picture() {
        const Instant asked = boot_now();
        Error problem{Errc::invalid, "it waits for a key frame"};
        while (true) {
            const Instant before = boot_now();
            cv::Mat packet;
            if (!capture_.read(packet)) return over(before);
            const Instant now = boot_now();
            if (now - before >= options_.read_timeout) return silent();  // a leftover: see Source
            const auto taken = decoder_->take(packet);
            if (!taken) problem = taken.error();
            const bool fresh = now - before >= arrives || now - shown_ >= behind;
            if (taken && *taken && fresh) {
                shown_ = now;
                return shown_picture();
            }
            if (now - asked >= options_.read_timeout) {
                return {Errc::invalid, address_.shown + " sends no picture that can be shown: " + problem.message};
            }
        }
    }

    Result<Picture> shown_picture() {
        auto picture = decoder_->picture();
        return picture ? picture : picture.error().in(address_.shown);
    }

    Result<Picture> next_frame() {
        const Instant asked = boot_now();
        cv::Mat image;
        if (!capture_.read(image)) return over(asked);
        if (live() && boot_now() - asked >= options_.read_timeout) return silent();
        ++frames_;
        if (address_.kind == Kind::clip) wait_until_due();
        auto admitted = admit(std::move(image), options_);
        return admitted ? Result<Picture>(Picture(std::move(*admitted))) : admitted.error().in(address_.shown);
    }

    [[nodiscard]] bool live() const { return address_.kind == Kind::stream || address_.kind == Kind::device; }

    [[nodiscard]] Error too_large() const {
        return {Errc::io,
                address_.shown + " sends a picture for which there is no memory; set the camera to 1920 x 1080"};
    }

    [[nodiscard]] Error silent() const {
        return {Errc::timeout,
                fmt::format("{} has sent nothing for {} s; {}", address_.shown,
                            std::chrono::duration<double>(options_.read_timeout).count(), what_to_check(address_))};
    }

    Result<Picture> over(Instant asked) {
        if (address_.kind == Kind::clip) {
            if (frames_ == 0) return {Errc::invalid, address_.shown + " holds no frame that can be decoded"};
            ended_ = !options_.loop;
            return {Errc::unavailable, address_.shown + " has been played to its end"};
        }
        if (boot_now() - asked >= options_.read_timeout) return silent();
        return {Errc::unavailable, address_.shown + " sends no more frames; " + what_to_check(address_)};
    }

    /// A clip plays at its own rate: by its time stamps, by its frame rate where it has none.
    void wait_until_due() {
        const double stamp = capture_.get(cv::CAP_PROP_POS_MSEC);
        const double rate = capture_.get(cv::CAP_PROP_FPS);
        const double by_rate = 1000.0 * static_cast<double>(frames_ - 1) / (rate > 0.1 && rate < 1000 ? rate : 25);
        const double due = stamp > 0 && stamp < 1e8 ? stamp : by_rate;
        const auto wait = started_ +
                          std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(due)) -
                          boot_now();
        if (wait > Duration::zero()) std::this_thread::sleep_for(std::min<Duration>(wait, options_.read_timeout));
    }

    Address address_;
    Options options_;
    cv::VideoCapture capture_;
    std::unique_ptr<Decoder> decoder_;  // of a stream
    Instant started_{}, shown_{};
    std::uint64_t frames_ = 0;
    bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<Source>> open_stream(const Address& address, const Options& options) {
    auto stream = std::make_unique<Video>(address, options);
    if (auto started = stream->start(); !started) return started.error();
    return std::unique_ptr<Source>(std::move(stream));
}

}  // namespace menshen::camera
