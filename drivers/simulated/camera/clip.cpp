#include "clip.hpp"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>

namespace menshen::twin {
namespace {

constexpr double go_at = 4.0;
constexpr double ends_at = 5.5;

Result<std::optional<Quad>> write_still(Scene& scene, const ClipOptions& options) {
    const Frame frame = scene.render(std::chrono::milliseconds(2500));
    if (!cv::imwrite(options.file, frame.bgr)) return {Errc::io, options.file + " cannot be written"};
    return frame.sights.empty() ? std::nullopt : std::optional(frame.sights.front().plate);
}

Status write_video(Scene& scene, const ClipOptions& options) {
    cv::VideoWriter writer;
    for (const int codec : {cv::VideoWriter::fourcc('a', 'v', 'c', '1'), cv::VideoWriter::fourcc('m', 'p', '4', 'v')})
        if (writer.open(options.file, cv::CAP_FFMPEG, codec, options.scene.fps, options.scene.size)) break;
    if (!writer.isOpened())
        return {Errc::io, options.file + " cannot be written as video: name a .mp4 file in a folder that exists"};
    bool gone = false;
    for (int i = 0; i < static_cast<int>(ends_at * options.scene.fps); ++i) {
        const Duration now(static_cast<std::int64_t>(i * 1e9 / options.scene.fps));
        if (!gone && i >= go_at * options.scene.fps) {
            gone = true;
            scene.set_arm(1);
            if (Status status = scene.go(options.arrival.id, now); !status) return status;
        }
        writer.write(scene.render(now).bgr);
    }
    return {};
}

}  // namespace

Result<std::optional<Quad>> write_clip(const ClipOptions& wanted) {
    ClipOptions options = wanted;
    options.arrival.id = "car";
    if (options.arrival.plate.empty()) options.arrival.plate = "浙A12345";
    auto glyphs = Glyphs::load(options.font);
    if (!glyphs) return glyphs.error();
    Scene scene(std::move(glyphs.value()), options.scene);
    if (Status status = scene.arrive(options.arrival, Duration{}); !status) return status.error();
    const bool still = options.file.ends_with(".png") || options.file.ends_with(".jpg");
    if (still) return write_still(scene, options);
    if (Status status = write_video(scene, options); !status) return status.error();
    return std::optional<Quad>();
}

}  // namespace menshen::twin
