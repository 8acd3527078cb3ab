// The live channel: a snapshot, then updates, and a tick so that a page knows that the link lives.
#pragma once

#include <memory>
#include <string>

#include "loop/wire.hpp"
#include "reply.hpp"
#include "state.hpp"

namespace menshen::panel {

/// Has the wire for itself after the upgrade request was read and found good. A page that neither takes data nor
/// answers a ping within `write_within` is cut off by the stream's own idle timer.
Awaitable<void> serve_live(std::shared_ptr<Server::State> state, std::shared_ptr<Connection> connection,
                           std::shared_ptr<Wire> wire, Request request, std::string token);

}  // namespace menshen::panel
