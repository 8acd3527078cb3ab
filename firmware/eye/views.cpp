#include "eye/views.hpp"

#include <algorithm>
#include <utility>

namespace menshen::eye {
namespace {

std::vector<Read> plates_of(const std::vector<Seen>& seen) {
    std::vector<Read> plates;
    for (const auto& s : seen) {
        if (plates.size() == eye_message::max_view_plates) break;
        plates.push_back(s.read);
        plates.back().characters.clear();
    }
    return plates;
}

}  // namespace

void Views::asked(std::uint64_t asked, Instant now) {
    if (std::exchange(asked_, asked) != asked) until_ = now + asked_for;
}

bool Views::due(Instant now) {
    if (!wanted(now) || (sent_ && now - *sent_ < every)) return false;
    sent_ = now;
    return true;
}

bool Views::wide_due(const Region& region, Instant now) const {
    if (!wanted(now) || region.empty()) return false;
    const auto lately = [&](const std::optional<Instant>& when) { return when && now - *when < wide_every; };
    return !lately(seen_) && !lately(wide_.at);
}

void Views::looked(const std::vector<Seen>& seen, Instant now) {
    lane_ = {plates_of(seen), now};
    if (seen.empty()) return;
    seen_ = now;
    wide_ = {};
}

void Views::looked_wide(const std::vector<Seen>& seen, Instant now) {
    wide_ = {plates_of(seen), now};
}

std::vector<Read> Views::plates(Instant now) const {
    if (lane_.at && !lane_.plates.empty() && now - *lane_.at < shown) return lane_.plates;
    return wide_.at && now - *wide_.at < shown ? wide_.plates : std::vector<Read>{};
}

}  // namespace menshen::eye
