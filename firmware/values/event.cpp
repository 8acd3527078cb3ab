#include "values/event.hpp"

#include "values/names.hpp"

namespace menshen {
namespace {

constexpr Names<EventKind, 17> kinds{{{EventKind::boot, "boot"},
                                      {EventKind::decision, "decision"},
                                      {EventKind::intent, "intent"},
                                      {EventKind::outcome, "outcome"},
                                      {EventKind::passage, "passage"},
                                      {EventKind::guard_action, "guard_action"},
                                      {EventKind::opened_externally, "opened_externally"},
                                      {EventKind::tailgate, "tailgate"},
                                      {EventKind::alarm, "alarm"},
                                      {EventKind::fault_raised, "fault_raised"},
                                      {EventKind::fault_cleared, "fault_cleared"},
                                      {EventKind::mode_changed, "mode_changed"},
                                      {EventKind::list_changed, "list_changed"},
                                      {EventKind::visitor_registered, "visitor_registered"},
                                      {EventKind::pictures_dropped, "pictures_dropped"},
                                      {EventKind::guard_session, "guard_session"},
                                      {EventKind::evidence, "evidence"}}};
constexpr Names<Outcome, 5> outcomes{{{Outcome::opened, "opened"},
                                      {Outcome::commanded, "commanded"},
                                      {Outcome::not_opened, "not_opened"},
                                      {Outcome::failed, "failed"},
                                      {Outcome::unknown, "unknown"}}};

}  // namespace

std::string_view to_string(EventKind kind) {
    return name_in(kinds, kind);
}
std::string_view to_string(Outcome outcome) {
    return name_in(outcomes, outcome);
}

Result<EventKind> event_kind_from(std::string_view text) {
    if (const auto found = value_in(kinds, text)) return *found;
    return Error{Errc::invalid,
                 "'" + std::string(text.substr(0, 60)) + "' is no kind of event; one of " + choices_of(kinds)};
}

}  // namespace menshen
