#include "values/evidence.hpp"

namespace menshen {

bool may_name_pictures(EventKind kind) {
    switch (kind) {
        case EventKind::boot:
        case EventKind::decision:
        case EventKind::intent:
        case EventKind::passage:
        case EventKind::fault_raised:
        case EventKind::fault_cleared:
        case EventKind::mode_changed:
        case EventKind::list_changed:
        case EventKind::visitor_registered:
        case EventKind::pictures_dropped:
        case EventKind::guard_session:
            return false;
        case EventKind::outcome:
        case EventKind::guard_action:
        case EventKind::opened_externally:
        case EventKind::tailgate:
        case EventKind::alarm:
        case EventKind::evidence:
            return true;
    }
    return true;
}

}  // namespace menshen
