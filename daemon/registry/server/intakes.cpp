#include "intakes.hpp"

#include "state.hpp"

namespace menshen::registry::server {
namespace {

using Pending = std::vector<std::shared_ptr<PendingBatch>>;

void take_one(Store& store, PendingBatch& batch, const Now& now) {
    const EventBatch one{batch.gate, batch.log, batch.events};
    auto answers = store.intake().take(std::span(&one, 1), now);
    batch.answer = answers ? Result<IntakeAnswer>(answers->at(0)) : Result<IntakeAnswer>(answers.error());
}

/// All of them in one transaction; one by one if one of them spoils it.
void take_all(Store& store, Pending& pending, const Now& now) {
    std::vector<EventBatch> batches;
    for (const auto& each : pending) batches.push_back({each->gate, each->log, each->events});
    auto answers = store.intake().take(batches, now);
    for (std::size_t i = 0; i < pending.size(); ++i) {
        if (answers) {
            pending[i]->answer = Result<IntakeAnswer>((*answers)[i]);
        } else {
            take_one(store, *pending[i], now);
        }
    }
}

}  // namespace

Awaitable<void> take_in(StatePtr state, std::shared_ptr<PendingBatch> batch) {
    auto& intakes = state->intakes;
    batch->answered = std::make_unique<asio::steady_timer>(state->io, std::chrono::hours(1));
    intakes.waiting.push_back(batch);
    if (intakes.writing) {
        co_await batch->answered->async_wait(as_awaitable);
        co_return;
    }
    intakes.writing = true;
    while (!intakes.waiting.empty()) {
        auto pending = std::make_shared<Pending>(std::move(intakes.waiting));
        intakes.waiting.clear();
        Task task = [store = state->store.get(), pending, now = state->now()] { take_all(*store, *pending, now); };
        const bool done = co_await on(*state, *state->store_worker, std::move(task));
        for (const auto& each : *pending) {
            if (!done) each->answer = Result<IntakeAnswer>(Errc::exhausted, "too much to do");
            each->answered->cancel();
        }
    }
    intakes.writing = false;
}

}  // namespace menshen::registry::server
