// The registry's HTTPS server. Two doors, each a port of its own: gates come with a certificate that the registry has
// signed (mutual TLS), people and tools with a session. What is served stands in one table of routes (route.hpp);
// GET /v1/openapi.json describes it.
//
// One io_context, run by one thread, speaks with everybody. The store has a thread of its own, readers and whatever
// else blocks have theirs; answers come back to the loop. No client can block it: bounded headers, bodies, connections
// (in all and for each address), a deadline on every hand-shake, read and write.
#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "registry/sign_in.hpp"
#include "registry/signer.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::registry::server {

struct Listen {
    std::string address = "127.0.0.1";  // an IP literal
    std::uint16_t port = 0;             // 0 = any free one
    std::string certificate;            // PEM chain; empty: the one that `init` made
    std::string key;                    // PEM
};

struct Config {
    std::filesystem::path data;  // as `init` has made it
    Listen admin{"127.0.0.1", 8430, {}, {}};
    Listen gates{"127.0.0.1", 8431, {}, {}};

    HeadPolicy heads;
    std::chrono::milliseconds head_every{60'000};   // how often a head is renewed
    std::chrono::milliseconds report_every{5'000};  // how often what gates say of themselves is written down
    std::chrono::hours snapshot_every{1};
    std::chrono::hours gate_code{48};        // a gate's one-time code
    std::chrono::days gate_certificate{90};  // gates renew at a third of it
    std::chrono::days grace{30};             // an expired certificate may still be renewed for so long
    std::chrono::days keep_pictures{90};     // as EventIntake counts; the events that name them stay
    std::chrono::days keep_events{365};      // not less than the pictures
    SignInPolicy sign_in;

    std::size_t connections = 8'000;
    std::size_t connections_per_peer = 256;  // one address; several gates may sit behind one
    std::size_t readers = 2;                 // threads
    Duration shake_within = seconds(10);
    Duration idle = seconds(75);          // between two requests
    Duration read_within = seconds(60);   // one request's body
    Duration write_within = seconds(60);  // one answer, or each 256 KiB of a file
    seconds longest_wait{55};             // of a poll
    seconds stop_within{5};               // answers that are under way

    std::function<Now()> now;  // every clock; tests own it
};

class Server {
  public:
    /// Opens the store and listens at once. Errc::invalid: the configuration; Errc::not_found: no registry there;
    /// Errc::io: a port cannot be had.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(boost::asio::io_context& io, Config config);
    /// Let the io_context run until `stopped`, or end, before.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t admin_port() const;
    [[nodiscard]] std::uint16_t gate_port() const;
    /// Listens no more, wakes polls, lets answers under way end; then `stopped` is called on the loop.
    void stop(std::function<void()> stopped);

    struct State;

  private:
    explicit Server(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
};

}  // namespace menshen::registry::server
