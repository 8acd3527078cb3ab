// How wide plates are in the picture when their cars stand on the approach loop. The camera does not move and plates
// are 440 or 480 mm wide, so a much narrower one belongs to a car further back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace menshen::gate {

class UsualWidth {
  public:
    /// More tell nothing new. Few enough that a camera which was moved is learnt anew from the cars that guards admit.
    static constexpr std::size_t most = 16;

    /// pixels
    void add(float width) {
        if (recent_.size() < most) {
            recent_.push_back(width);
        } else {
            recent_[next_++ % most] = width;
        }
    }
    /// Their median; nothing before there are enough of them.
    [[nodiscard]] std::optional<float> usual() const {
        if (recent_.size() < enough) return std::nullopt;
        auto sorted = recent_;
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        return *middle;
    }

  private:
    static constexpr std::size_t enough = 8;
    std::vector<float> recent_;
    std::size_t next_ = 0;
};

}  // namespace menshen::gate
