// When a child must be started, when it must be killed. Pure: time is an argument.
#pragma once

#include <optional>

#include "values/time.hpp"

namespace menshen::eye {

struct WatchPolicy {
    Duration silence = seconds(3);  // without a heartbeat the child is killed
    Duration start = seconds(15);   // until its first heartbeat: networks load, on a busy box
    Duration absence = seconds(1);  // between two ticks: the parent, or the whole box, stood still
    Duration first_pause = milliseconds(500);
    Duration longest_pause = seconds(10);
    Duration healthy = seconds(30);  // a child that lived so long is forgiven its past
};

/// One child as its parent sees it.
class Watch {
  public:
    enum class Action { none, start, kill };

    explicit Watch(WatchPolicy policy = {}) : policy_(policy) {}

    /// What to do now. `start` and `kill` are said once; confirm with started() and exited().
    [[nodiscard]] Action tick(Instant now);
    void started(Instant now);
    void heartbeat(Instant now);
    /// The child is gone, for whatever reason.
    void exited(Instant now);

    [[nodiscard]] bool alive() const { return alive_; }
    [[nodiscard]] bool beating() const { return alive_ && beaten_; }
    /// The pause that the next start waits for.
    [[nodiscard]] Duration pause() const { return pause_; }

  private:
    WatchPolicy policy_;
    bool alive_ = false, beaten_ = false, killed_ = false, starting_ = false;
    Instant since_{}, last_{}, next_{};
    std::optional<Instant> ticked_;
    Duration pause_{0};
};

}  // namespace menshen::eye
