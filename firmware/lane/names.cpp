#include "lane/lane.hpp"

namespace menshen::lane {

std::string_view to_string(Phase phase) {
    constexpr std::array<std::string_view, 12> names{"booting", "idle",    "waiting", "recording",
                                                     "opening", "open",    "passing", "closing",
                                                     "held",    "stopped", "fire",    "offline"};
    return names[static_cast<std::size_t>(phase)];
}

std::string_view to_string(Fault fault) {
    constexpr std::array<std::string_view, fault_count> names{"bus_down",        "approach_stuck", "under_stuck",
                                                              "photocell_blind", "arm_not_up",     "arm_not_down",
                                                              "slow_storage",    "fire_contact"};
    return names[static_cast<std::size_t>(fault)];
}

std::string_view to_string(AlarmKind kind) {
    constexpr std::array<std::string_view, 6> names{"tailgate",   "opened_externally", "backed_out",
                                                    "queue_full", "welded_relay",      "wrong_way"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace menshen::lane
