// The second half of a look: what the detector found is read on a thread of its own, while the detector may look at the
// next frame.
#pragma once

#include <opencv2/core.hpp>

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "eye/attention.hpp"
#include "eye/detector.hpp"
#include "eye/reader.hpp"
#include "eye/stage.hpp"

namespace menshen::eye {

/// One look at one frame, on its way.
struct Look {
    std::uint64_t frame = 0;
    Instant captured{};
    cv::Mat image;
    Glance glance;
    bool wide = false;  // for who aims the camera, not for the lane: `glance` says nothing
    std::vector<Detection> found;
    std::vector<Seen> seen;  // from here on: once it was read
    Instant done{};
};

/// Looks are read and told in the order in which they are given, each once. What Attention learns of them comes back
/// through done(), so that nothing but the queue is shared between the threads. Every method is for one thread, that of
/// the detector, but began(), which is for any.
///
/// What it brings is measured by tests/bench/eye.cpp. On two cores: 1.4 times the frames with the baseline, whose
/// recogniser takes a third of a look; 1.15 with our networks and six plates a frame; next to nothing with few plates.
/// A frame is told no later than on one thread.
class Reading {
  public:
    /// Both are called on the stage's thread: `read` sets look.seen, `tell` passes it on.
    using Work = std::function<void(Look&)>;
    Reading(Work read, Work tell);

    /// Whether the next frame may be looked at; waits for at most `patience`. While a look waits to be read there is no
    /// point in another one. A plate where none was in the look before is news: where to look next (Attention) depends
    /// on what it is, and to look at a whole frame for want of an answer costs more than the answer. So the detector
    /// looks ahead where nothing is, where signs hang, and where cars stand.
    [[nodiscard]] bool ready(milliseconds patience);
    void give(Look look);
    /// Waits until everything that was given is told, for at most `patience`.
    [[nodiscard]] bool idle(milliseconds patience) { return stage_.idle(patience); }
    /// The looks that are read, oldest first, each once; without their pictures.
    [[nodiscard]] std::vector<Look> done();
    /// See Stage.
    [[nodiscard]] Instant began() const { return stage_.began(); }

  private:
    void work(Look& look);

    Work read_, tell_;
    std::vector<Detection> found_;  // in the look before
    bool news_ = false;
    std::mutex mutex_;
    std::vector<Look> done_;
    Stage<Look> stage_;  // last: it uses everything above
};

}  // namespace menshen::eye
