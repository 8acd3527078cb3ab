// Batches of events from many gates, written together: one sync of the disk for all that came while the last was on
// its way.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>
#include <vector>

#include "loop/awaitable.hpp"
#include "registry/events.hpp"
#include "registry/server.hpp"

namespace menshen::registry::server {

/// One gate's batch on its way into the store.
struct PendingBatch {
    Id gate = 0;
    std::string log;
    std::vector<EventRecord> events;
    UtcTime made{};  // of its acknowledgement
    std::optional<Result<IntakeAnswer>> answer;
    std::unique_ptr<boost::asio::steady_timer> answered;  // cancelled then
};

struct Intakes {
    std::vector<std::shared_ptr<PendingBatch>> waiting;
    bool writing = false;
};

/// Until the batch has its answer.
[[nodiscard]] loop::Awaitable<void> take_in(std::shared_ptr<Server::State> state, std::shared_ptr<PendingBatch> batch);

}  // namespace menshen::registry::server
