// From the loop to a worker and back.
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "state.hpp"

namespace menshen::registry::server {
namespace {

using Hopped = asio::any_completion_handler<void(bool)>;

void hop(asio::io_context& io, Worker& worker, std::function<void()> task, Hopped done) {
    auto shared = std::make_shared<Hopped>(std::move(done));
    const bool queued = worker.post(
        [task = std::move(task)] {
            task();
            return true;
        },
        [shared](bool ran) { std::move (*shared)(ran); });
    if (!queued) asio::post(io, [shared] { std::move (*shared)(false); });
}

/// What a task at the store's desk leaves behind.
struct AtStore {
    Reply reply = busy(seconds(2));
    std::optional<std::vector<ScopeInfo>> scopes;
    std::optional<Result<GateTable>> gates;

    void run(Desk& desk, const std::function<Reply(Desk&)>& task) {
        reply = task(desk);
        if (reply.heads_changed) {
            auto newest = desk.reader.feed().scopes();
            if (newest) scopes = std::move(newest).value();
        }
        if (reply.gates_changed) gates = read_gates(*desk.store);
    }
};

/// Until the table has been read again.
Awaitable<void> look_at_gates_again(StatePtr state) {
    while (!state->gates_known && !state->stopping) {
        state->gates_looked.expires_after(std::chrono::seconds(1));
        co_await state->gates_looked.async_wait(as_awaitable);
        if (state->stopping) break;
        AtDesk look = [](Desk&) {
            Reply reply = no_content();
            reply.gates_changed = true;
            return reply;
        };
        (void)co_await at_store(state, std::move(look));
    }
}

/// Whoever is a gate no more, or has another key by now, is cut off. A table that cannot be read may have one gate less
/// than the old one: then no gate is let in.
void take_gates(const StatePtr& state, Result<GateTable> table) {
    const bool was_known = std::exchange(state->gates_known, table.ok());
    if (!table && was_known) {
        spdlog::error("no gate is let in until the table of gates can be read: {}", table.error().message);
        asio::co_spawn(state->io, look_at_gates_again(state), asio::detached);
    }
    if (table && !was_known) spdlog::info("the table of gates was read; gates are let in again");
    state->gates = table ? std::move(table).value() : GateTable{};
    for (const auto& [number, connection] : state->connections) {
        if (connection->gate && !state->gates.contains(*connection->gate)) connection->close();
    }
}

}  // namespace

Awaitable<bool> on(Server::State& state, Worker& worker, std::function<void()> task) {
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
        [&](auto handler) { hop(state.io, worker, std::move(task), Hopped(std::move(handler))); }, asio::use_awaitable);
}

Awaitable<Reply> at_store(StatePtr state, std::function<Reply(Desk&)> run) {
    auto left = std::make_shared<AtStore>();
    Task task = [desk = state->store_desk.get(), left, run = std::move(run)] { left->run(*desk, run); };
    (void)co_await on(*state, *state->store_worker, std::move(task));
    if (left->scopes) state->board.publish(*left->scopes);
    if (left->gates) take_gates(state, std::move(*left->gates));
    co_return std::move(left->reply);
}

Awaitable<Reply> at_reader(StatePtr state, std::function<Reply(Desk&)> run) {
    auto& thread = **std::ranges::min_element(state->readers, {}, [](const auto& each) { return each->under_way; });
    const UnderWay one(thread.under_way);
    auto reply = std::make_shared<Reply>(busy(seconds(2)));
    Task task = [desk = thread.desk.get(), reply, run = std::move(run)] { *reply = run(*desk); };
    (void)co_await on(*state, *thread.worker, std::move(task));
    co_return std::move(*reply);
}

}  // namespace menshen::registry::server
