#include "eye/reading.hpp"

#include <algorithm>
#include <utility>

namespace menshen::eye {
namespace {

constexpr float stands = 0.5F;  // shared area by united area of a plate, or a sign, that has not moved

bool same_place(const Detection& a, const Detection& b) {
    return overlap(a.corners, b.corners) >= stands;
}

}  // namespace

Reading::Reading(Work read, Work tell)
    : read_(std::move(read)), tell_(std::move(tell)), stage_({"read", 1, 0}, [this](Look& look) { work(look); }) {}

bool Reading::ready(milliseconds patience) {
    return news_ ? stage_.idle(patience) : stage_.room(patience);
}

void Reading::give(Look look) {
    const auto stood_there = [&](const Detection& plate) {
        return std::any_of(found_.begin(), found_.end(), [&](const Detection& d) { return same_place(d, plate); });
    };
    news_ = !std::all_of(look.found.begin(), look.found.end(), stood_there);
    found_ = look.found;
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
