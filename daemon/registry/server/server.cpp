#include "registry/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <sodium.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>

#include "control.hpp"
#include "evidence.hpp"
#include "peer.hpp"
#include "registry/sqlite_store.hpp"
#include "state.hpp"

namespace menshen::registry::server {
namespace {

constexpr auto tended_first = std::chrono::minutes(2);  // after the start
constexpr auto tended_every = std::chrono::hours(24);
constexpr int retired_at_once = 500;  // pictures or events: a few milliseconds

Result<Services> load_services(Config config) {
    DataFolder folder{config.data};
    auto signer = load_signer(folder);
    if (!signer) return signer.error().in("the signing keys");
    auto authority = load_identity(folder.authority());
    if (!authority) return authority.error().in("the authority");
    auto fingerprint = fingerprint_of(authority->certificate);
    if (!fingerprint) return fingerprint.error();
    return Services{std::move(config), std::move(folder), std::move(signer).value(), std::move(authority).value(),
                    bundle::to_hex(*fingerprint)};
}

/// `wanted` has the port that was had when this returns: 0 asks for any, and gates are told which.
Status listen_at(Listener& listener, Listen& wanted) {
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(wanted.address, ec);
    if (ec) return {Errc::invalid, "listen: \"" + wanted.address + "\" is not an IP address"};
    const tcp::endpoint endpoint(address, wanted.port);
    auto& acceptor = listener.acceptor;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    const auto had = ec ? endpoint : acceptor.local_endpoint(ec);
    if (!ec) wanted.port = had.port();
    if (!ec) return {};
    return {Errc::io, "cannot listen on " + wanted.address + ":" + std::to_string(wanted.port) + ": " + ec.message()};
}

/// Every scope at the epoch that the root has signed: after a restore from a backup, heads of the new one.
Status bring_to_epoch(Server::State& state) {
    const auto epoch = state.services.signer.keys().epoch;
    auto scopes = state.store->feed().scopes();
    if (!scopes) return scopes.error();
    for (const auto& scope : *scopes) {
        const auto& at = scope.head.at;
        if (at.epoch > epoch) {
            return {Errc::invalid, "scope " + at.scope + " is at epoch " + std::to_string(at.epoch) +
                                       ", above the key set's: the key set is an old one"};
        }
        if (at.epoch == epoch) continue;
        spdlog::warn("scope {} goes to epoch {}: gates take a snapshot", at.scope, epoch);
        auto head = state.store->commits().new_epoch(at.scope, {0, "serve", "console"}, state.now());
        if (!head) return head.error();
    }
    return {};
}

/// All heads signed anew.
Reply renew_heads(Desk& desk) {
    auto scopes = desk.reader.feed().scopes();
    if (!scopes) return problem(scopes.error());
    for (const auto& scope : *scopes) {
        auto head = desk.store->commits().renew_head(scope.head.at.scope, desk.services.config.now().utc);
        if (!head) return problem(head.error());
    }
    Reply reply = no_content();
    reply.heads_changed = true;
    return reply;
}

Status open_store(Server::State& state) {
    auto store =
        open_sqlite_store({state.services.folder.database(), false, 64 << 10, {}}, state.heads, state.now().utc);
    if (!store) return store.error();
    state.store = std::move(store).value();
    state.sign_in = std::make_unique<SignIn>(state.store->accounts(), state.services.config.sign_in);
    state.store_desk =
        std::make_unique<Desk>(Desk{state.services, *state.store, state.store.get(), state.sign_in.get(), nullptr});
    if (auto done = bring_to_epoch(state); !done) return done;
    if (const auto renewed = renew_heads(*state.store_desk); renewed.status != 204) {
        return {Errc::io, "heads cannot be signed: " + renewed.text};
    }
    auto table = read_gates(*state.store);
    if (!table) return table.error();
    state.gates = std::move(table).value();
    auto scopes = state.store->feed().scopes();
    if (!scopes) return scopes.error();
    state.board.publish(*scopes);
    return {};
}

Status open_readers(Server::State& state) {
    const auto loop = state.io.get_executor();
    for (std::size_t i = 0; i < state.services.config.readers; ++i) {
        auto reader = state.store->reader();
        if (!reader) return reader.error();
        auto thread = std::make_unique<ReaderThread>();
        thread->reader = std::move(reader).value();
        thread->desk =
            std::make_unique<Desk>(Desk{state.services, *thread->reader, nullptr, nullptr, &thread->segments});
        thread->worker = std::make_unique<Worker>("reader-" + std::to_string(i), loop, 16'384);
        state.readers.push_back(std::move(thread));
    }
    auto reader = state.store->reader();
    if (!reader) return reader.error();
    state.snapshots = std::make_unique<Snapshots>(state.services, std::move(reader).value());
    state.store_worker = std::make_unique<Worker>("store", loop, 16'384);
    state.hash_worker = std::make_unique<Worker>("hash", loop, 32);
    remove_unfinished_pictures(state.services.folder);
    state.file_worker = std::make_unique<Worker>("files", loop, 16'384);
    state.table_worker = std::make_unique<Worker>("tables", loop, most_tables);
    state.snapshot_worker = std::make_unique<Worker>("snapshots", loop, 16'384);
    state.backup_worker = std::make_unique<Worker>("backup", loop, 1);
    return {};
}

void admit(const StatePtr& state, Listener& listener, tcp::socket socket) {
    boost::system::error_code ec;
    const auto peer = socket.remote_endpoint(ec);
    if (ec || state->connections.size() >= state->services.config.connections) return;  // the socket closes
    socket.set_option(tcp::no_delay(true), ec);  // an answer is one piece: nothing to wait for
    auto connection = std::make_shared<Connection>();
    connection->from = peer.address().to_string();
    const auto known = state->peers.find(connection->from);
    if (known != state->peers.end() && known->second >= state->services.config.connections_per_peer) return;
    asio::co_spawn(state->io, serve(state, connection, std::move(socket), listener), asio::detached);
}

Awaitable<void> accept_all(StatePtr state, Listener& listener) {
    while (!state->stopping) {
        auto [ec, socket] = co_await listener.acceptor.async_accept(as_awaitable);
        if (state->stopping) break;
        if (!ec) {
            admit(state, listener, std::move(socket));
        } else {
            asio::steady_timer pause(state->io, std::chrono::milliseconds(100));  // out of descriptors, say
            co_await pause.async_wait(as_awaitable);
        }
    }
}

Reply note_reports(Desk& desk, const std::map<Id, GateReport>& reports) {
    for (const auto& [gate, report] : reports) {
        if (auto done = desk.store->fleet().note(report); !done) return problem(done.error());
    }
    return no_content();
}

Reply more_or_done(bool more) {
    return more ? json_reply(true) : no_content();
}

/// In steps, so that what others ask for comes in between.
Awaitable<void> repeat(StatePtr state, AtDesk step) {
    Reply reply = json_reply(true);
    while (reply.status == 200 && !state->stopping) {
        AtDesk once = step;
        reply = co_await at_store(state, std::move(once));
        if (reply.status >= 300) spdlog::error("house-keeping: {}", reply.text);
    }
}

/// Files before rows: a crash between leaves rows whose files are gone, and the next time they go, too.
Reply forget_pictures(Desk& desk) {
    const auto& config = desk.services.config;
    auto& intake = desk.store->intake();
    const auto counted = intake.counted(config.now());
    if (!counted) return problem(counted.error());
    auto old = intake.old_pictures(*counted - config.keep_pictures, retired_at_once);
    if (!old) return problem(old.error());
    for (const auto& sha256 : *old) {
        std::error_code failed;
        std::filesystem::remove(evidence_file(desk.services.folder, sha256), failed);
    }
    if (auto done = intake.forget_pictures(*old); !done) return problem(done.error());
    return more_or_done(!old->empty());
}

Reply forget_events(Desk& desk) {
    const auto& config = desk.services.config;
    const auto kept = std::max(config.keep_events, config.keep_pictures);
    auto& intake = desk.store->intake();
    const auto counted = intake.counted(config.now());
    if (!counted) return problem(counted.error());
    auto gone = intake.forget_events(*counted - kept, retired_at_once);
    return gone ? more_or_done(*gone > 0) : problem(gone.error());
}

/// What is kept longer than its days, and why: never silently.
Reply say_uncounted(Desk& desk) {
    const auto now = desk.services.config.now();
    const auto counted = desk.store->intake().counted(now);
    if (!counted) return problem(counted.error());
    if (const auto days = std::chrono::round<std::chrono::days>(now.utc - *counted).count(); days != 0) {
        spdlog::info(
            "retention: the clock is {} days {} of what has been counted, since it was stepped or the registry was "
            "off; pictures and events go by what was counted",
            std::abs(days), days > 0 ? "ahead" : "short");
    }
    return no_content();
}

Awaitable<void> tend(StatePtr state) {
    AtDesk retire = [now = state->now()](Desk& desk) {
        auto left = desk.store->commits().tend(now);
        if (!left) return problem(left.error());
        Reply done = more_or_done(*left);
        done.heads_changed = true;
        return done;
    };
    co_await repeat(state, std::move(retire));
    AtDesk uncounted = say_uncounted;
    (void)co_await at_store(state, std::move(uncounted));
    AtDesk pictures = forget_pictures;
    co_await repeat(state, std::move(pictures));
    AtDesk events = forget_events;
    co_await repeat(state, std::move(events));
    AtDesk run = [now = state->now()](Desk& desk) {
        auto done = desk.sign_in->tend(now.utc);
        if (done) done = desk.store->checkpoint();
        return done ? no_content() : problem(done.error());
    };
    (void)co_await at_store(state, std::move(run));
}

/// Heads every minute, reports every few seconds, house-keeping once a day.
Awaitable<void> keep_time(StatePtr state) {
    const auto& config = state->services.config;
    auto next_head = config.now().mono + config.head_every;
    auto next_tending = config.now().mono + tended_first;
    while (!state->stopping) {
        state->ticks.expires_after(std::min(config.report_every, config.head_every));
        co_await state->ticks.async_wait(as_awaitable);
        if (state->stopping) break;
        if (!state->reports.empty()) {
            AtDesk run = [reports = std::exchange(state->reports, {})](Desk& desk) {
                return note_reports(desk, reports);
            };
            (void)co_await at_store(state, std::move(run));
        }
        if (const auto now = config.now().mono; now >= next_head) {
            next_head = now + config.head_every;
            const auto renewed = co_await at_store(state, renew_heads);
            if (renewed.status != 204) spdlog::error("heads were not renewed: {}", renewed.text);
        }
        if (const auto now = config.now().mono; now >= next_tending) {
            next_tending = now + tended_every;
            co_await tend(state);
        }
    }
}

/// Idle connections go at once, those with an answer under way when it is written.
Awaitable<void> wind_down(StatePtr state, std::function<void()> stopped) {
    const auto until = std::chrono::steady_clock::now() + state->services.config.stop_within;
    asio::steady_timer pause(state->io);
    while ((!state->connections.empty() || !state->controls.empty()) && std::chrono::steady_clock::now() < until) {
        const auto all = state->connections;
        for (const auto& [number, connection] : all) {
            if (!connection->busy) connection->close();
        }
        pause.expires_after(std::chrono::milliseconds(10));
        co_await pause.async_wait(as_awaitable);
    }
    const auto rest = state->connections;
    for (const auto& [number, connection] : rest) connection->close();
    pause.expires_after(std::chrono::milliseconds(10));
    co_await pause.async_wait(as_awaitable);
    stopped();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(asio::io_context& io, Config config) {
    if (sodium_init() < 0) return {Errc::internal, "libsodium does not start"};
    auto services = load_services(std::move(config));
    if (!services) return services.error();
    auto state = std::make_shared<State>(io, std::move(services).value());
    auto& settings = state->services.config;
    state->gate.door = Door::gate;
    auto done = open_store(*state);
    if (done) done = open_readers(*state);
    for (auto* listener : {&state->admin, &state->gate}) {
        auto& wanted = listener->door == Door::admin ? settings.admin : settings.gates;
        if (!done) return done.error();
        auto tls = make_tls(state->services, wanted, listener->door);
        if (!tls) return tls.error();
        listener->tls = std::move(tls).value();
        done = listen_at(*listener, wanted);
    }
    if (done) done = listen_for_control(state);
    if (!done) return done.error();
    asio::co_spawn(io, accept_all(state, state->admin), asio::detached);
    asio::co_spawn(io, accept_all(state, state->gate), asio::detached);
    asio::co_spawn(io, keep_time(state), asio::detached);
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() {
    if (!state_->stopping) stop([] {});
    state_->join();  // what is asked for last may hold the state for longer than the io_context lives
}

std::uint16_t Server::admin_port() const {
    return state_->admin.acceptor.local_endpoint().port();
}

std::uint16_t Server::gate_port() const {
    return state_->gate.acceptor.local_endpoint().port();
}

void Server::stop(std::function<void()> stopped) {
    state_->stopping = true;
    boost::system::error_code ignored;
    for (auto* listener : {&state_->admin, &state_->gate}) listener->acceptor.close(ignored);
    state_->control.close(ignored);
    std::error_code gone;
    std::filesystem::remove(state_->services.folder.control(), gone);
    const auto controls = state_->controls;
    for (const auto& socket : controls) socket->shutdown(socket->shutdown_receive, ignored);
    state_->board.wake_all();
    state_->ticks.cancel();
    state_->gates_looked.cancel();
    asio::co_spawn(state_->io, wind_down(state_, std::move(stopped)), asio::detached);
}

}  // namespace menshen::registry::server
