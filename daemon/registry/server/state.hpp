// What one server's parts share. On the loop's thread, but for what a worker is given.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "board.hpp"
#include "call.hpp"
#include "desk.hpp"
#include "gates.hpp"
#include "intakes.hpp"
#include "loop/worker.hpp"
#include "registry/server.hpp"
#include "snapshots.hpp"

namespace menshen::registry::server {

namespace asio = boost::asio;
using loop::as_awaitable;
using loop::Awaitable;
using loop::tcp;
using loop::Worker;

struct Connection {
    std::string from;
    std::optional<Digest> gate;  // the key of the gate that was let in; none: nobody
    bool busy = false;           // an answer is under way
    std::function<void()> close = [] {};
};

/// Counted as long as it lives.
class UnderWay {
  public:
    explicit UnderWay(std::size_t& count) : count_(count) { ++count_; }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;
    ~UnderWay() { --count_; }

  private:
    std::size_t& count_;
};

struct Listener {
    explicit Listener(asio::io_context& io) : acceptor(io) {}
    tcp::acceptor acceptor;
    std::unique_ptr<asio::ssl::context> tls;
    Door door = Door::admin;
};

/// A thread that reads, with all that is its own.
struct ReaderThread {
    std::unique_ptr<Reader> reader;
    Segments segments;
    std::unique_ptr<Desk> desk;
    std::unique_ptr<Worker> worker;
    std::size_t under_way = 0;  // counted on the loop
};

}  // namespace menshen::registry::server

struct menshen::registry::server::Server::State : std::enable_shared_from_this<State> {
    State(boost::asio::io_context& context, Services&& given)
        : io(context),
          services(std::move(given)),
          heads(services.signer, services.config.heads),
          admin(io),
          gate(io),
          control(io),
          board(io),
          gates_looked(io),
          ticks(io) {}

    boost::asio::io_context& io;
    Services services;  // settled before anything is served: workers read it
    BundleHeads heads;
    Listener admin, gate;
    boost::asio::local::stream_protocol::acceptor control;
    std::set<std::shared_ptr<boost::asio::local::stream_protocol::socket>> controls;

    std::unique_ptr<Store> store;
    std::unique_ptr<SignIn> sign_in;
    std::unique_ptr<Desk> store_desk;
    std::vector<std::unique_ptr<ReaderThread>> readers;
    std::unique_ptr<Snapshots> snapshots;

    HeadBoard board;
    GateTable gates;
    bool gates_known = true;                 // false: a change could not be read, and no gate is let in until it is
    boost::asio::steady_timer gates_looked;  // for the next try
    Intakes intakes;
    std::map<Id, GateReport> reports;  // that are not written down yet
    std::map<Id, int> polls;           // under way, of each gate
    std::size_t tables = 0;            // under way, to be imported

    std::map<std::uint64_t, std::shared_ptr<Connection>> connections;
    std::map<std::string, std::size_t> peers;  // connections of each address
    std::uint64_t next_connection = 1;
    boost::asio::steady_timer ticks;  // the next renewal of heads
    bool stopping = false;

    // last: joined before what they work on goes
    std::unique_ptr<loop::Worker> store_worker, hash_worker, file_worker, table_worker, snapshot_worker, backup_worker;

    [[nodiscard]] Now now() const { return services.config.now(); }
    /// Every thread, after what it has to do. Nothing may be asked for any more.
    void join() {
        for (const auto& each : readers) each->worker.reset();
        for (auto* worker :
             {&store_worker, &hash_worker, &file_worker, &table_worker, &snapshot_worker, &backup_worker}) {
            worker->reset();
        }
    }
};

namespace menshen::registry::server {

using StatePtr = std::shared_ptr<Server::State>;
using CallPtr = std::shared_ptr<Call>;

/// A table may unpack to a few hundred MiB: so many are read, or wait to be, at a time.
inline constexpr std::size_t most_tables = 2;

/// Named before they are handed over: GCC 12 destroys a closure twice that is a temporary of a co_await expression.
using Task = std::function<void()>;
using AtDesk = std::function<Reply(Desk&)>;

/// Runs `task` on the worker while this waits. False: its queue is full, nothing has happened. The task must not hold
/// the state: it may be the last to let go, and a thread cannot join itself.
[[nodiscard]] Awaitable<bool> on(Server::State& state, Worker& worker, Task task);

/// `run` at the store's desk, with what follows for polls and gates done before this returns.
[[nodiscard]] Awaitable<Reply> at_store(StatePtr state, AtDesk run);
/// The same at a reader's: the one with the fewest before.
[[nodiscard]] Awaitable<Reply> at_reader(StatePtr state, AtDesk run);

/// Before the body is read: may this peer do that? The problem, if not.
[[nodiscard]] Awaitable<std::optional<Reply>> refuse(StatePtr state, CallPtr call, const struct Route& route);
[[nodiscard]] Awaitable<Reply> answer(StatePtr state, CallPtr call, const struct Route& route);

/// One accepted connection from its first byte to its last (connection.cpp).
[[nodiscard]] Awaitable<void> serve(StatePtr state, std::shared_ptr<Connection> connection, tcp::socket socket,
                                    Listener& listener);

}  // namespace menshen::registry::server
