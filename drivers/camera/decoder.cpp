#include "decoder.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

namespace menshen::camera {
namespace {

struct Known {
    std::string_view fourcc;
    AVCodecID codec;
};

/// As containers and OpenCV (a codec's name cut to four) call them.
constexpr std::array<Known, 14> known{{{"h264", AV_CODEC_ID_H264},
                                       {"avc1", AV_CODEC_ID_H264},
                                       {"\x1B", AV_CODEC_ID_H264},  // MPEG-TS
                                       {"\x07", AV_CODEC_ID_H264},  // FLV
                                       {"hevc", AV_CODEC_ID_HEVC},
                                       {"hvc1", AV_CODEC_ID_HEVC},
                                       {"hev1", AV_CODEC_ID_HEVC},
                                       {"\x24", AV_CODEC_ID_HEVC},  // MPEG-TS
                                       {"mjpe", AV_CODEC_ID_MJPEG},
                                       {"mjpg", AV_CODEC_ID_MJPEG},
                                       {"jpeg", AV_CODEC_ID_MJPEG},
                                       {"mp4v", AV_CODEC_ID_MPEG4},
                                       {"fmp4", AV_CODEC_ID_MPEG4},
                                       {"mpeg", AV_CODEC_ID_MPEG4}}};

std::string name_of(int fourcc) {
    std::string name;
    for (unsigned i = 0; i < 4; ++i) {
        const auto c = static_cast<unsigned char>(static_cast<unsigned>(fourcc) >> (8 * i) & 0xFFU);
        if (c != 0) name += static_cast<char>(std::tolower(c));
    }
    return name;
}

std::string shown(std::string name) {
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return c < 0x21 || c > 0x7E; }, '?');
    return name;
}

std::string reason(int error) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(error, text.data(), text.size());
    return text.data();
}

/// The scaler writes whole vectors: beyond the end of a line whose width is none, and of the last one out of the
/// picture.
cv::Mat roomy(cv::Size size) {
    constexpr int vector = 64;  // pixels, more than any
    const cv::Mat room(size.height + 1, (size.width / vector + 2) * vector, CV_8UC3);
    return room({0, 0, size.width, size.height});
}

/// Colours by libswscale, for pictures that wait for them and for the decoder at once.
class Scaler {
  public:
    Scaler() = default;
    ~Scaler() { sws_freeContext(context_); }
    Scaler(const Scaler&) = delete;
    Scaler& operator=(const Scaler&) = delete;

    Result<cv::Mat> bgr(const AVFrame& frame, cv::Size size) try {
        const std::scoped_lock lock(mutex_);
        cv::Mat image = roomy(size);
        const int w = frame.width, h = frame.height;
        context_ =
            sws_getCachedContext(context_, w, h, static_cast<AVPixelFormat>(frame.format), size.width, size.height,
                                 AV_PIX_FMT_BGR24, size.width < w ? SWS_AREA : SWS_BILINEAR, nullptr, nullptr, nullptr);
        const std::array<std::uint8_t*, 4> planes{image.data};
        const std::array<int, 4> strides{static_cast<int>(image.step)};
        if (context_ == nullptr ||
            sws_scale(context_, frame.data, frame.linesize, 0, h, planes.data(), strides.data()) <= 0) {
            return {Errc::invalid, fmt::format("a picture of {} x {} pixels in a form that cannot be shown", w, h)};
        }
        return image;
    } catch (const std::exception&) {
        return {Errc::exhausted,
                fmt::format("there is no memory for a picture of {} x {} pixels; set the camera to 1920 x 1080",
                            frame.width, frame.height)};
    }

  private:
    std::mutex mutex_;
    SwsContext* context_ = nullptr;
};

/// Whether its first plane is its brightness, a byte a pixel, and libswscale knows the rest.
bool brightness_first(const AVFrame& frame) {
    switch (frame.format) {
        case AV_PIX_FMT_YUV420P:
        case AV_PIX_FMT_YUVJ420P:
        case AV_PIX_FMT_YUV422P:
        case AV_PIX_FMT_YUVJ422P:
        case AV_PIX_FMT_YUV444P:
        case AV_PIX_FMT_YUVJ444P:
        case AV_PIX_FMT_NV12:
            return frame.data[0] != nullptr && frame.linesize[0] >= frame.width && frame.buf[0] != nullptr;
        default:
            return false;
    }
}

struct FreeContext {
    void operator()(AVCodecContext* c) const { avcodec_free_context(&c); }
};
struct FreeFrame {
    void operator()(AVFrame* f) const { av_frame_free(&f); }
};
struct FreePacket {
    void operator()(AVPacket* p) const { av_packet_free(&p); }
};

}  // namespace

struct Decoder::Parts {
    std::unique_ptr<AVCodecContext, FreeContext> context;
    std::unique_ptr<AVFrame, FreeFrame> frame{av_frame_alloc()}, next{av_frame_alloc()};
    std::unique_ptr<AVPacket, FreePacket> packet{av_packet_alloc()};
    std::shared_ptr<Scaler> scaler = std::make_shared<Scaler>();
    std::int64_t max_pixels = 0;
    int max_side = 0;
};

Decoder::Decoder(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Decoder::~Decoder() = default;

Result<std::unique_ptr<Decoder>> Decoder::make(int fourcc, const cv::Mat& extradata, const Options& options) {
    av_log_set_level(AV_LOG_QUIET);  // a hostile stream has an endless number of complaints; ours say what matters
    const auto name = name_of(fourcc);
    const auto found = std::find_if(known.begin(), known.end(), [&](const Known& k) { return k.fourcc == name; });
    const AVCodec* codec = found == known.end() ? nullptr : avcodec_find_decoder(found->codec);
    if (codec == nullptr) {
        return {Errc::invalid, "video of the kind '" + shown(name) + "'; set the camera to H.264, H.265 or MJPEG"};
    }
    auto parts = std::make_unique<Parts>();
    parts->max_pixels = options.max_pixels;
    parts->max_side = options.max_side;
    parts->context.reset(avcodec_alloc_context3(codec));
    auto* context = parts->context.get();
    if (context == nullptr || !parts->frame || !parts->next || !parts->packet) return {Errc::exhausted, "no memory"};
    context->thread_count = 1;  // more would keep pictures back
    context->max_pixels = options.max_pixels;
    const auto bytes = extradata.total() * extradata.elemSize();
    if (bytes > 0 && bytes < 1U << 20U && extradata.isContinuous()) {
        context->extradata = static_cast<std::uint8_t*>(av_mallocz(bytes + AV_INPUT_BUFFER_PADDING_SIZE));
        if (context->extradata == nullptr) return {Errc::exhausted, "no memory"};
        std::memcpy(context->extradata, extradata.data, bytes);
        context->extradata_size = static_cast<int>(bytes);
    }
    if (const int error = avcodec_open2(context, codec, nullptr); error < 0) {
        return {Errc::invalid, "the decoder does not start: " + reason(error)};
    }
    return std::unique_ptr<Decoder>(new Decoder(std::move(parts)));
}

Result<bool> Decoder::take(const cv::Mat& packet) {
    auto& p = *parts_;
    const auto bytes = packet.total() * packet.elemSize();
    if (bytes == 0 || bytes > 64U << 20U || !packet.isContinuous())
        return {Errc::invalid, "a packet without a picture"};
    if (av_new_packet(p.packet.get(), static_cast<int>(bytes)) < 0) return {Errc::exhausted, "no memory"};
    std::memcpy(p.packet->data, packet.data, bytes);  // the decoder reads some bytes beyond the end
    int error = avcodec_send_packet(p.context.get(), p.packet.get());
    av_packet_unref(p.packet.get());
    bool any = false, damaged = false;
    while (error >= 0 && (error = avcodec_receive_frame(p.context.get(), p.next.get())) >= 0) {
        damaged = p.next->decode_error_flags != 0 || (p.next->flags & AV_FRAME_FLAG_CORRUPT) != 0;
        any = !damaged;
        if (any) std::swap(p.frame, p.next);
    }
    if (any) return true;
    if (damaged) return {Errc::invalid, "a damaged picture"};
    if (error != AVERROR(EAGAIN)) return {Errc::invalid, "a picture that cannot be decoded (" + reason(error) + ")"};
    return false;
}

Result<Picture> Decoder::picture() {
    auto& p = *parts_;
    const int w = p.frame->width, h = p.frame->height;
    if (w < 8 || h < 8 || std::int64_t{w} * h > p.max_pixels) {
        return {Errc::invalid,
                fmt::format("a picture of {} x {} pixels is refused; set the camera to 1920 x 1080", w, h)};
    }
    const double scale = std::min(1.0, static_cast<double>(p.max_side) / std::max(w, h));
    const cv::Size size(std::max(8, cvRound(w * scale)), std::max(8, cvRound(h * scale)));
    if (size != cv::Size(w, h) || !brightness_first(*p.frame)) {
        auto image = p.scaler->bgr(*p.frame, size);
        return image ? Result<Picture>(Picture(std::move(*image))) : image.error();
    }
    const std::shared_ptr<AVFrame> kept(av_frame_clone(p.frame.get()), FreeFrame());
    if (!kept) return {Errc::exhausted, "no memory"};
    const cv::Mat brightness(size, CV_8UC1, kept->data[0], static_cast<std::size_t>(kept->linesize[0]));
    return Picture(brightness, [kept, scaler = p.scaler, size] { return scaler->bgr(*kept, size); });
}

}  // namespace menshen::camera
