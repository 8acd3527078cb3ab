#include "eye/child.hpp"

#include <malloc.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <thread>

#include "camera/grabber.hpp"
#include "eye/models.hpp"
#include "eye/motion.hpp"
#include "eye/pictures.hpp"
#include "eye/sender.hpp"
#include "eye/vitals.hpp"
#include "eye/worth.hpp"

namespace menshen::eye {
namespace {

constexpr milliseconds patience{200};  // for a frame
constexpr Duration beat_every = seconds(1);
constexpr Duration live_every = seconds(2);
constexpr Duration whole_every = milliseconds(1500);  // look at the whole region, not only where the plate was
constexpr milliseconds pulse_every{200};
constexpr int scene_width = 1280, live_width = 640;  // pixels

bool sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return false;
#endif
}

/// A decoder that is lied to may ask for any amount of memory: the kernel says no before the box suffers.
void limit_memory(int megabytes) {
    ::mallopt(M_ARENA_MAX, 2);
    if (megabytes <= 0 || sanitized()) return;
    const rlimit limit{static_cast<rlim_t>(megabytes) << 20U, static_cast<rlim_t>(megabytes) << 20U};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) spdlog::warn("no memory limit could be set");
}

std::string credentials_from(const std::string& path) {
    if (path.empty()) return {};
    std::ifstream file(path);
    if (!file) spdlog::error("the credentials file {} cannot be read; the camera is tried without", path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// Beats for the process as long as both of its threads that can hang are within their time. A thread of its own: one
/// look at a frame, or a frame that is late, may take longer than a beat.
class Pulse {
  public:
    Pulse(int heartbeat, const camera::Grabber& grabber)
        : heartbeat_(heartbeat), grabber_(grabber), thread_([this](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  if (vitals_.may_beat(camera::boot_now(), grabber_.status().due, look_)) beat();
                  std::this_thread::sleep_for(pulse_every);
              }
          }) {}
    void next_round() { look_ = camera::boot_now(); }

  private:
    void beat() const {
        if (::write(heartbeat_, ".", 1) < 0 && errno == EPIPE) ::_exit(0);  // the parent is gone
    }
    int heartbeat_;
    const camera::Grabber& grabber_;
    Vitals vitals_;
    std::atomic<Instant> look_{camera::boot_now()};
    std::jthread thread_;  // last: it uses everything above
};

class Child {
  public:
    Child(const CameraOptions& options, PlateReader reader, int heartbeat)
        : options_(options),
          reader_(std::move(reader)),
          session_(static_cast<std::uint64_t>(camera::boot_now().time_since_epoch() / seconds(1))),
          sender_(options.socket, {options.id, options.lane, 1, static_cast<int>(::getpid())}),
          grabber_(camera_options(options)),
          pictures_(options.id, session_),
          least_(
              std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / std::max(0.1, options.max_fps)))),
          pulse_(heartbeat, grabber_) {}

    int run() {
        std::uint64_t last = 0;
        while (true) {
            const Instant now = camera::boot_now();
            pulse_.next_round();
            if (now - beat_ >= beat_every) beat(now);
            const auto frame = grabber_.newer_than(last, patience);
            if (!frame) continue;
            last = frame->number;
            look(*frame);
        }
    }

  private:
    static camera::Options camera_options(const CameraOptions& options) {
        camera::Options camera;
        camera.url = options.url;
        camera.credentials = credentials_from(options.credentials);
        camera.loop = options.loop;
        return camera;
    }

    void beat(Instant now) {
        const auto status = grabber_.status();
        eye_message::Beat beat;
        beat.camera = options_.id;
        beat.state = status.state == camera::Status::State::running   ? "running"
                     : status.state == camera::Status::State::opening ? "opening"
                                                                      : "failed";
        beat.detail = status.detail;
        beat.fps = beat_ == Instant{} ? 0 : looked_ / std::chrono::duration<double>(now - beat_).count();
        beat.frame = status.frames;
        beat.width = status.width;
        beat.height = status.height;
        sender_.push(beat);
        if (beat.state != state_) spdlog::info("camera {}: {} {}", options_.id, beat.state, beat.detail);
        state_ = beat.state;
        beat_ = now;
        looked_ = 0;
    }

    void look(const camera::Frame& frame) {
        const cv::Rect region = bounds(options_.region, frame.image.size());
        if (frame.captured - live_ >= live_every) send_live(frame);
        if (camera::boot_now() - look_ < least_) return;
        if (!motion_.worth_looking(frame.image(region), frame.captured)) return;
        look_ = camera::boot_now();
        looked_ += 1;
        if (frame.image.size() != size_)
            focus_ = {};  // the camera was set to another size: places mean nothing any more
        size_ = frame.image.size();
        const bool whole = focus_.empty() || camera::boot_now() - whole_ >= whole_every;
        auto seen =
            whole ? reader_.read(frame.image, options_.region)
                  : reader_.read_window(frame.image, options_.region, focus_ & cv::Rect({0, 0}, frame.image.size()));
        if (whole) whole_ = camera::boot_now();  // when it was done: it takes a while itself
        if (!seen) {
            spdlog::warn("camera {}: {}", options_.id, seen.error().message);
            return;
        }
        std::erase_if(*seen, [](const Seen& s) { return !worth_telling(s); });
        follow(*seen, frame.image.size());
        for (auto& s : *seen) tell(s, frame);
    }

    /// The next frames are searched around the best plate only: a tenth of the work.
    void follow(const std::vector<Seen>& seen, cv::Size frame) {
        focus_ = {};
        if (seen.empty() || seen.size() > 1) return;
        const auto& c = seen.front().read.corners;
        const float left = std::min(c[0].x, c[3].x), right = std::max(c[1].x, c[2].x);
        const float w = right - left;
        const cv::Point2f middle((left + right) / 2, (c[0].y + c[1].y + c[2].y + c[3].y) / 4);
        const cv::Rect window(cvRound(middle.x - 1.6F * w), cvRound(middle.y - 0.9F * w), cvRound(3.2F * w),
                              cvRound(1.8F * w));
        focus_ = window & cv::Rect({0, 0}, frame);
    }

    void tell(Seen& seen, const camera::Frame& frame) {
        motion_.seen(frame.captured);
        seen.read.lane = options_.lane;
        seen.read.frame = frame.number;
        seen.read.captured = frame.captured;
        const bool picture = pictures_.wanted(seen.read);
        sender_.push(seen.read);
        if (!picture) return;
        sender_.push(
            eye_message::Picture{seen.read.picture, options_.lane, "scene", jpeg_of(frame.image, scene_width, 80)});
        sender_.push(eye_message::Picture{seen.read.picture, options_.lane, "crop", jpeg_of(seen.crop, 384, 85)});
    }

    void send_live(const camera::Frame& frame) {
        live_ = frame.captured;
        sender_.push(
            eye_message::Picture{"live-" + options_.id, options_.lane, "scene", jpeg_of(frame.image, live_width, 70)});
    }

    CameraOptions options_;
    PlateReader reader_;
    std::uint64_t session_;
    Sender sender_;
    camera::Grabber grabber_;
    Pictures pictures_;
    Duration least_;  // between two looks
    Motion motion_;
    cv::Rect focus_;
    cv::Size size_;  // of the last frame looked at
    Instant beat_{}, live_{}, whole_{}, look_{};
    double looked_ = 0;
    std::string state_;
    Pulse pulse_;  // last: from now on somebody watches
};

}  // namespace

int run_child(const CameraOptions& options, int heartbeat) {
    limit_memory(options.memory_mb);
    cv::setNumThreads(1);
    const auto models = find_models(options.models);
    if (!models) {
        spdlog::error("camera {}: {}", options.id, models.error().message);
        return 2;
    }
    auto reader = PlateReader::load(*models);
    if (!reader) {
        spdlog::error("camera {}: {}", options.id, reader.error().message);
        return 2;
    }
    return Child(options, std::move(*reader), heartbeat).run();
}

}  // namespace menshen::eye
