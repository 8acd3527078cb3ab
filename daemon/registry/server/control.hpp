// DATA/control.sock: what is asked of a registry that runs, by who may open its data folder. One line of JSON asks, one
// answers.
//   {"verb":"backup","to":"/var/backups/menshen-registry/2026-11-22"}
//       {"ok":true,"bytes":…,"pictures":…,"audit":…,"epoch":…} or {"ok":false,"error":"for a person"}
#pragma once

#include "state.hpp"

namespace menshen::registry::server {

/// On the loop; ends when the server stops.
[[nodiscard]] Status listen_for_control(const StatePtr& state);

}  // namespace menshen::registry::server
