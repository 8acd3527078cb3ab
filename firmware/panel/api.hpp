// Routes of the API, and who may use them.
#pragma once

#include <memory>

#include "reply.hpp"
#include "state.hpp"

namespace menshen::panel {

/// Answers any request that is not the live channel. Never throws; waits at most Config::answer_within for the gate.
/// `connection` learns whether its client has a session.
Awaitable<Reply> answer(std::shared_ptr<Server::State> state, std::shared_ptr<Connection> connection,
                        const Request& request);

/// Why the live channel may not be opened, or nothing; fills `token`.
[[nodiscard]] std::optional<Reply> refuse_live(Server::State& state, const Request& request, std::string& token);

}  // namespace menshen::panel
