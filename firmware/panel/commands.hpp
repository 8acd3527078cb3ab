// A guard's touch as JSON → GuardCommand, judged before the gate sees it.
#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "ports/gate_control.hpp"

namespace menshen::panel {

/// {action, lane, arrival, plate, why, until}. Errc::invalid says which field and what to write. `why` is mandatory
/// (1..200 characters); a plate is checked by its grammar and normalised.
[[nodiscard]] Result<GuardCommand> command_from(const boost::json::object& body, const std::string& guard);

}  // namespace menshen::panel
