// What the registry notes of a gate's event beside the event itself: the plate it is about, and its pictures.
#pragma once

#include "bundle/event_line.hpp"
#include "registry/events.hpp"

namespace menshen::registry::server {

/// `before` and `chain`: of the log, before the event and after it. The event is proved.
[[nodiscard]] EventRecord stored_form(const bundle::EventRecord& event, const Digest& before, const Digest& chain);

}  // namespace menshen::registry::server
