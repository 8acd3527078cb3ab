// Pictures that events name: the same limits at the gate that writes them, the courier and the registry, so that none
// is written which is not carried, or acknowledged without having been noted.
#pragma once

#include <cstddef>
#include <cstdint>

#include "values/event.hpp"

namespace menshen {

inline constexpr std::int64_t max_picture_bytes = 4 << 20;    // as much as the eye may send
inline constexpr std::size_t max_event_pictures = 64;         // that one event names
inline constexpr std::size_t max_picture_name = 64;           // bytes of what it shows: "scene"
inline constexpr std::size_t max_pictures_in_one_loss = 500;  // that one pictures_dropped names: about 34 KB

/// False: the journal takes no event of that kind with pictures, so that a registry need not have seen its body.
[[nodiscard]] bool may_name_pictures(EventKind kind);

}  // namespace menshen
