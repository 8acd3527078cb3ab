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
#include "eye/attention.hpp"
#include "eye/models.hpp"
#include "eye/pictures.hpp"
#include "eye/sender.hpp"
#include "eye/views.hpp"
#include "eye/vitals.hpp"
#include "eye/worth.hpp"

namespace menshen::eye {
namespace {

constexpr milliseconds patience{200};  // for a frame
constexpr Duration beat_every = seconds(1);
constexpr Duration live_every = seconds(2);
constexpr milliseconds pulse_every{200};
constexpr int scene_width = 1280, live_width = 640, view_width = 960;  // pixels

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
          attention_(options.region, options.max_fps),
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
        const double since = std::chrono::duration<double>(now - beat_).count();
        beat.fps = beat_ == Instant{} ? 0 : looked_ / since;
        beat.frame = status.frames;
        // a camera that was opened anew counts from the beginning
        const auto frames = status.frames < frames_ ? 0 : status.frames - frames_;
        frame_rate_ = std::min(eye_message::max_rate, static_cast<double>(frames) / since);
        look_rate_ = std::min(eye_message::max_rate, beat.fps);
        frames_ = status.frames;
        beat.width = status.width;
        beat.height = status.height;
        sender_.push(beat);
        if (beat.state != state_) spdlog::info("camera {}: {} {}", options_.id, beat.state, beat.detail);
        state_ = beat.state;
        beat_ = now;
        looked_ = 0;
    }

    void look(const camera::Frame& frame) {
        if (frame.captured - live_ >= live_every) send_live(frame);
        views_.asked(sender_.asked(), camera::boot_now());
        const auto glance = attention_.next(frame.image, frame.captured, camera::boot_now());
        if (glance) {
            look_at(*glance, frame);
        } else if (views_.wide_due(options_.region, camera::boot_now())) {
            look_wide(frame);
        }
        if (views_.due(camera::boot_now())) send_view(frame);
    }

    void look_at(const Glance& glance, const camera::Frame& frame) {
        looked_ += 1;
        auto seen = worth(glance.whole ? reader_.read(frame.image, options_.region)
                                       : reader_.read_window(frame.image, options_.region, glance.window));
        attention_.looked(glance, seen, frame.captured, camera::boot_now());
        views_.looked(seen, camera::boot_now());
        for (auto& s : seen) tell(s, frame);
    }

    /// A plate outside of the region is shown to who aims the camera; the lane does not hear of it.
    void look_wide(const camera::Frame& frame) {
        views_.looked_wide(worth(reader_.read(frame.image, {})), camera::boot_now());
    }

    std::vector<Seen> worth(Result<std::vector<Seen>> seen) const {
        if (!seen) {
            spdlog::warn("camera {}: {}", options_.id, seen.error().message);
            return {};
        }
        std::erase_if(*seen, [](const Seen& s) { return !worth_telling(s); });
        return std::move(seen).value();
    }

    void tell(Seen& seen, const camera::Frame& frame) {
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

    void send_view(const camera::Frame& frame) {
        eye_message::View view;
        view.frames = frame_rate_;
        view.looks = look_rate_;
        view.width = frame.image.cols;
        view.height = frame.image.rows;
        view.plates = views_.plates(camera::boot_now());
        view.jpeg = jpeg_of(frame.image, view_width, 70);
        sender_.push(view);
    }

    CameraOptions options_;
    PlateReader reader_;
    std::uint64_t session_;
    Sender sender_;
    camera::Grabber grabber_;
    Pictures pictures_;
    Attention attention_;
    Views views_;
    Instant beat_{}, live_{};
    double looked_ = 0, frame_rate_ = 0, look_rate_ = 0;  // the rates are of the last second
    std::uint64_t frames_ = 0;
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
