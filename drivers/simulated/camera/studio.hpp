// The render thread of one camera: draws its scene at the frame rate and hands every frame on.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "twin-scene/scene.hpp"

namespace menshen::twin {

/// A frame as it leaves the camera.
struct Picture {
    std::shared_ptr<const std::string> jpeg;
    cv::Mat bgr;                   // read only
    std::int64_t boottime_ns = 0;  // CLOCK_BOOTTIME when it was ready
    std::uint64_t number = 0;
};

/// What happened in front of the camera.
struct SceneEvent {
    enum class Kind { shown, at_stop, gone };
    Kind kind;
    std::string id;
    double plate_px = 0;
    std::int64_t boottime_ns = 0;
};

[[nodiscard]] std::int64_t boottime_ns();

class Studio {
  public:
    using Work = std::function<Status(Scene&, Duration now)>;
    using Done = std::function<void(const Status&)>;

    /// Both sinks are called on the render thread.
    Studio(Glyphs glyphs, const SceneOptions& options, std::function<void(Picture)> on_picture,
           std::function<void(SceneEvent)> on_event);
    ~Studio();
    Studio(const Studio&) = delete;
    Studio& operator=(const Studio&) = delete;

    /// Runs `work` before the next frame is drawn; `done` is called on the render thread. False: 64 wait already.
    [[nodiscard]] bool ask(Work work, Done done);

  private:
    void run(const std::stop_token& stop);
    void do_waiting(Duration now);
    void shoot(Duration now);
    void report(const Frame& frame, std::int64_t at);

    Scene scene_;
    SceneOptions options_;
    std::function<void(Picture)> on_picture_;
    std::function<void(SceneEvent)> on_event_;
    Picture picture_;
    std::set<std::string> shown_;
    std::set<std::string> stood_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<std::pair<Work, Done>> waiting_;
    std::jthread thread_;  // last: it uses everything above
};

}  // namespace menshen::twin
