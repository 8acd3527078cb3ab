#include "eye/watch.hpp"

#include <algorithm>

namespace menshen::eye {

Watch::Action Watch::tick(Instant now) {
    // A parent that was stopped itself heard nothing meanwhile: its absence is nobody's silence.
    if (alive_ && ticked_ && now - *ticked_ > policy_.absence) last_ = std::min(now, last_ + (now - *ticked_));
    ticked_ = now;
    if (!alive_) {
        if (starting_ || now < next_) return Action::none;
        starting_ = true;
        return Action::start;
    }
    const bool silent = now - last_ >= (beaten_ ? policy_.silence : policy_.start);
    if (!silent || killed_) return Action::none;
    killed_ = true;
    return Action::kill;
}

void Watch::started(Instant now) {
    alive_ = true;
    beaten_ = killed_ = starting_ = false;
    since_ = last_ = now;
}

void Watch::heartbeat(Instant now) {
    beaten_ = true;
    last_ = now;
}

void Watch::exited(Instant now) {
    const bool lived = alive_ && beaten_ && now - since_ >= policy_.healthy;
    pause_ = lived || pause_ == Duration::zero() ? policy_.first_pause : std::min(pause_ * 2, policy_.longest_pause);
    alive_ = beaten_ = starting_ = false;
    next_ = now + pause_;
}

}  // namespace menshen::eye
