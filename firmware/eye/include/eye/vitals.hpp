// Whether a child may say that it is alive. Pure: time is an argument.
#pragma once

#include "values/time.hpp"

namespace menshen::eye {

/// Four of a child's threads can get lost: the one that grabs (in the video library) and those that work on what it
/// grabbed (detector, recogniser, JPEG). Each says by when it will be back; a thread that is not back by then must be
/// ended with its process. The parent ends a child after `silence` without a beat, so the beat stops `silence` before
/// the deadline: at the deadline, not three seconds later, the child is killed.
///
/// Where the numbers come from (usual options):
///   a frame   due after 2.0 s (OpenCV's read timeout) + 1.5 s (camera/grabber.hpp): beats for 0.5 s, killed at 3.5 s.
///             A frozen camera comes back from the library at 2.0 s, and the beat with it: silent for 1.5 s, not killed
///   opening   due after 5.0 s (OpenCV's open timeout) + 3.0 s (camera/grabber.hpp): killed at 8.0 s
///   a look    (finding, reading, or pictures) due after 4.0 s: beats for 1.0 s. One takes 0.4 s on one core, 0.9 s on
///   a box that is busy with others,
///             up to 3 s under a sanitizer
/// Opening and the networks' first load are slower than three seconds for good reasons, which is why they have bounds
/// of their own (the load: WatchPolicy::start).
struct VitalsPolicy {
    Duration silence = seconds(3);  // as WatchPolicy::silence
    Duration look = seconds(4);     // one round of a thread that works on frames
};

class Vitals {
  public:
    explicit Vitals(VitalsPolicy policy = {}) : policy_(policy) {}

    /// `grab_due`: when the grabbing thread must be back, Instant::max() if it is in no call. `look_began`: when
    /// the present rounds of the threads that work on frames began, the earliest.
    [[nodiscard]] bool may_beat(Instant now, Instant grab_due, Instant look_began) const;

  private:
    VitalsPolicy policy_;
};

}  // namespace menshen::eye
