// One accepted connection from its first byte to its last: HTTP requests, or the live channel.
#pragma once

#include <memory>

#include "state.hpp"

namespace menshen::panel {

Awaitable<void> serve_plain(std::shared_ptr<Server::State> state, std::shared_ptr<Connection> connection,
                            tcp::socket socket);
Awaitable<void> serve_tls(std::shared_ptr<Server::State> state, std::shared_ptr<Connection> connection,
                          tcp::socket socket);

}  // namespace menshen::panel
