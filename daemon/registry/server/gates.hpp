// Who the gates are, by the keys of their certificates: read from the store, looked up on the loop.
#pragma once

#include <map>
#include <memory>

#include "call.hpp"
#include "registry/store.hpp"

namespace menshen::registry::server {

/// Active gates alone: a revoked one is nobody.
using GateTable = std::map<Digest, std::shared_ptr<const GatePeer>>;

[[nodiscard]] Result<GateTable> read_gates(Store& store);

}  // namespace menshen::registry::server
