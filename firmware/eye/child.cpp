#include "eye/child.hpp"

#include <malloc.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>
#include <variant>

#include "camera/grabber.hpp"
#include "eye/attention.hpp"
#include "eye/models.hpp"
#include "eye/pictures.hpp"
#include "eye/reading.hpp"
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
constexpr std::size_t most_prints = 8;  // that wait, each of another frame at worst: 50 MB at 1080p

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

/// Beats for the process as long as all of its threads that can hang are within their time. A thread of its own: one
/// look at a frame, or a frame that is late, may take longer than a beat.
class Pulse {
  public:
    /// `others`: when the jobs at hand of other threads than the caller's began, the earliest.
    Pulse(int heartbeat, const camera::Grabber& grabber, std::function<Instant()> others)
        : heartbeat_(heartbeat),
          grabber_(grabber),
          others_(std::move(others)),
          thread_([this](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  const Instant began = std::min(look_.load(), others_());
                  if (vitals_.may_beat(camera::boot_now(), grabber_.status().due, began)) beat();
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
    std::function<Instant()> others_;
    Vitals vitals_;
    std::atomic<Instant> look_{camera::boot_now()};
    std::jthread thread_;  // last: it uses everything above
};

/// A message that waits for its JPEG.
struct Print {
    std::variant<eye_message::Picture, eye_message::View> message;
    cv::Mat image;
    int width = 0, quality = 0;
};
using Prints = std::vector<Print>;

/// The detector works on the thread of run(), the recogniser on that of reading_, JPEG is made on that of printing_: a
/// scene of a 1080p frame takes 8 ms, which the next read of an arriving car need not wait for.
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
          printing_({"jpeg", most_prints, 5}, [this](Prints& prints) { send(prints); }),
          reading_([this](Look& look) { read(look); }, [this](Look& look) { tell(look); }),
          pulse_(heartbeat, grabber_, [this] { return std::min(reading_.began(), printing_.began()); }) {}

    int run() {
        std::uint64_t last = 0;
        while (true) {
            const Instant now = camera::boot_now();
            pulse_.next_round();
            if (now - beat_ >= beat_every) beat(now);
            if (!reading_.ready(patience)) continue;
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
        hear();
        const Instant now = camera::boot_now();
        const auto glance = attention_.next(frame.picture.plain(), frame.captured, now);
        const bool wide = !glance && views_.wide_due(options_.region, now), view = views_.due(now);
        const bool live = frame.captured - live_ >= live_every;
        if (!glance && !wide && !view && !live) return;
        const auto image = frame.picture.bgr();
        if (!image) {
            spdlog::warn("camera {}: {}", options_.id, image.error().message);
            return;
        }
        if (glance) find(*glance, frame, *image);
        if (wide) find_wide(frame, *image);
        if (live) send_live(frame, *image);
        if (view) send_view(*image);
    }

    /// What was read meanwhile, and whether the gate has asked for views.
    void hear() {
        for (const auto& look : reading_.done()) {
            if (look.wide) {
                views_.looked_wide(look.seen, look.done);
                continue;
            }
            attention_.looked(look.glance, look.seen, look.captured, look.done);
            views_.looked(look.seen, look.done);
        }
        views_.asked(sender_.asked(), camera::boot_now());
    }

    void find(const Glance& glance, const camera::Frame& frame, const cv::Mat& image) {
        looked_ += 1;
        auto found = glance.whole ? reader_.find(image, options_.region)
                                  : reader_.find_window(image, options_.region, glance.window);
        reading_.give({frame.number, frame.captured, image, glance, false, or_none(std::move(found)), {}, {}});
    }

    /// A plate outside of the region is shown to who aims the camera; the lane does not hear of it.
    void find_wide(const camera::Frame& frame, const cv::Mat& image) {
        reading_.give({frame.number, frame.captured, image, {}, true, or_none(reader_.find(image, {})), {}, {}});
    }

    void read(Look& look) {
        look.seen = or_none(reader_.read_found(look.image, look.found));
        std::erase_if(look.seen, [](const Seen& s) { return !worth_telling(s); });
    }

    void tell(Look& look) {
        if (look.wide) return;
        for (auto& seen : look.seen) {
            seen.read.lane = options_.lane;
            seen.read.frame = look.frame;
            seen.read.captured = look.captured;
            const bool picture = pictures_.wanted(seen.read);
            sender_.push(seen.read);
            if (!picture) continue;
            const auto print = [&](const char* kind, const cv::Mat& image, int width, int quality) {
                return Print{eye_message::Picture{seen.read.picture, options_.lane, kind, {}}, image, width, quality};
            };
            printing_.push({print("scene", look.image, scene_width, 80), print("crop", seen.crop, 384, 85)});
        }
    }

    void send_live(const camera::Frame& frame, const cv::Mat& image) {
        live_ = frame.captured;
        printing_.push(
            {{eye_message::Picture{"live-" + options_.id, options_.lane, "scene", {}}, image, live_width, 70}});
    }

    void send_view(const cv::Mat& image) {
        eye_message::View view;
        view.frames = frame_rate_;
        view.looks = look_rate_;
        view.width = image.cols;
        view.height = image.rows;
        view.plates = views_.plates(camera::boot_now());
        printing_.push({{std::move(view), image, view_width, 70}});
    }

    void send(Prints& prints) {
        for (auto& p : prints) {
            std::visit(
                [&](auto& message) {
                    message.jpeg = jpeg_of(p.image, p.width, p.quality);
                    sender_.push(message);
                },
                p.message);
        }
    }

    template <class T>
    std::vector<T> or_none(Result<std::vector<T>> some) const {
        if (some) return std::move(*some);
        spdlog::warn("camera {}: {}", options_.id, some.error().message);
        return {};
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
    Stage<Prints> printing_;  // uses what stands above, as do the next two
    Reading reading_;
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
