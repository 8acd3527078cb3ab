#include "eye/reading.hpp"

#include <utility>

namespace menshen::eye {

Reading::Reading(Work read, Work tell)
    : read_(std::move(read)), tell_(std::move(tell)), stage_({"read", 1, 0}, [this](Look& look) { work(look); }) {}

bool Reading::ready(milliseconds patience) {
    return news_ ? stage_.idle(patience) : stage_.room(patience);
}

void Reading::give(Look look) {
    news_ = look.found.size() != found_;
    found_ = look.found.size();
    stage_.push(std::move(look));
}

void Reading::work(Look& look) {
    read_(look);
    tell_(look);
    look.done = camera::boot_now();
    look.image.release();
    for (auto& seen : look.seen) seen.crop.release();
    const std::scoped_lock lock(mutex_);
    done_.push_back(std::move(look));
}

std::vector<Look> Reading::done() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(done_, {});
}

}  // namespace menshen::eye
