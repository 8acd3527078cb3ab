#include "studio.hpp"

#include <opencv2/imgcodecs.hpp>

#include <ctime>

namespace menshen::twin {

std::int64_t boottime_ns() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

Studio::Studio(Glyphs glyphs, const SceneOptions& options, std::function<void(Picture)> on_picture,
               std::function<void(SceneEvent)> on_event)
    : scene_(std::move(glyphs), options),
      options_(options),
      on_picture_(std::move(on_picture)),
      on_event_(std::move(on_event)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Studio::~Studio() {
    thread_.request_stop();
    wake_.notify_all();
}

bool Studio::ask(Work work, Done done) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= 64) return false;
    waiting_.emplace_back(std::move(work), std::move(done));
    return true;
}

void Studio::run(const std::stop_token& stop) {
    const auto start = std::chrono::steady_clock::now();
    const Duration step(static_cast<std::int64_t>(1e9 / options_.fps));
    for (std::int64_t tick = 0; !stop.stop_requested();) {
        const Duration now = step * tick;
        do_waiting(now);
        shoot(now);
        // A frame that took too long costs frames, it does not shift the clock of the scene.
        tick = std::max(tick + 1, (std::chrono::steady_clock::now() - start) / step);
        std::unique_lock lock(mutex_);
        wake_.wait_until(lock, stop, start + step * tick, [] { return false; });
    }
}

void Studio::do_waiting(Duration now) {
    std::deque<std::pair<Work, Done>> work;
    {
        const std::lock_guard lock(mutex_);
        work.swap(waiting_);
    }
    for (auto& [act, done] : work) done(act(scene_, now));
}

void Studio::shoot(Duration now) {
    const Frame frame = scene_.render(now);
    if (frame.changed || !picture_.jpeg) {
        std::vector<uchar> bytes;
        cv::imencode(".jpg", frame.bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, 88});
        picture_.jpeg = std::make_shared<const std::string>(bytes.begin(), bytes.end());
        picture_.bgr = frame.bgr;
    }
    picture_.boottime_ns = boottime_ns();
    ++picture_.number;
    on_picture_(picture_);
    report(frame, picture_.boottime_ns);
}

void Studio::report(const Frame& frame, std::int64_t at) {
    for (const std::string& id : frame.gone) {
        shown_.erase(id);
        stood_.erase(id);
        on_event_({SceneEvent::Kind::gone, id, 0, at});
    }
    for (const Sight& sight : frame.sights) {
        if (sight.readable && shown_.insert(sight.id).second)
            on_event_({SceneEvent::Kind::shown, sight.id, sight.width, at});
        if (sight.stands && stood_.insert(sight.id).second)
            on_event_({SceneEvent::Kind::at_stop, sight.id, sight.width, at});
    }
}

}  // namespace menshen::twin
