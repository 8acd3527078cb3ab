// Until firmware/values names its sensors itself.
#include <array>

#include "values/event.hpp"
#include "values/sensors.hpp"

namespace menshen {
#define MENSHEN_WEAK __attribute__((weak))
MENSHEN_WEAK std::string_view to_string(Level level) {
    return std::array<std::string_view, 3>{"clear", "occupied", "unknown"}[static_cast<std::size_t>(level)];
}
MENSHEN_WEAK std::string_view to_string(Arm arm) {
    return std::array<std::string_view, 4>{"down", "between", "up", "unknown"}[static_cast<std::size_t>(arm)];
}
MENSHEN_WEAK std::string_view to_string(Contact contact) {
    return std::array<std::string_view, 3>{"quiet", "fire", "fault"}[static_cast<std::size_t>(contact)];
}
MENSHEN_WEAK std::string_view to_string(Outcome outcome) {
    return std::array<std::string_view, 5>{"opened", "commanded", "not_opened", "failed",
                                           "unknown"}[static_cast<std::size_t>(outcome)];
}
}  // namespace menshen
