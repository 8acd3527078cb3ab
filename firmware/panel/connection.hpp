// One accepted connection from its first byte to its last: TLS where it is configured, then HTTP requests or the live
// channel.
#pragma once

#include <memory>

#include "state.hpp"

namespace menshen::panel {

Awaitable<void> serve(std::shared_ptr<Server::State> state, std::shared_ptr<Connection> connection, tcp::socket socket);

}  // namespace menshen::panel
