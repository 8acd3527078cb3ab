// The guard's panel: pages, a small API and a live channel, backed only by GateControl.
//
//   GET  /                      the built pages (embedded)          no session
//   GET  /api/session           {first_start, guard|null, now}      no session
//   POST /api/first-guard       {name, pin}                         no session, only while no guard exists
//   POST /api/login             {name, pin}                         no session
//   POST /api/logout            {}                                  session
//   POST /api/guards            {name, pin}: a further guard        session
//   POST /api/command           {action, lane, arrival, plate, why, until}   session
//   GET  /api/events?before=&limit=     [Passed…]                   session
//   GET  /api/look-up?plate=            GateControl::look_up        session
//   GET  /api/picture/ID                JPEG                        session
//   GET  /api/camera/ID?after=          CameraView::seen with "number" and "picture": base64 JPEG, empty if it is
//                                       number `after`              session
//   WS   /api/live   {"snapshot":…}, then GateControl's updates, and {"tick":{"now"}} every `heartbeat`   session
//
// Errors are RFC 9457 problem documents with a sentence for the guard in both languages ("zh", "en") and what the gate
// said ("detail"). A session is a random 256-bit token in an HttpOnly, SameSite=Strict cookie; it ends at logout or
// after `session_idle` without a touch (live channel and pictures are no touch). Every request must name a Host that we
// answer to (DNS rebinding); every POST and the live channel must come from our own Origin (CSRF).
//
// Everything runs on the given io_context, which one thread runs. No client can block it: bodies ≤ 16 KiB, headers ≤ 8
// KiB, a deadline on every read, write and answer of the gate, bounded connections, bounded queue for each live client.
#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/gate_control.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::panel {

struct Config {
    std::string address = "127.0.0.1";  // an IP literal; anything but loopback needs certificate and key
    std::uint16_t port = 8420;          // 0 = any free one, see Server::port()
    std::vector<std::string> names;     // further host names under which browsers reach the panel
    std::string certificate;            // PEM chain; with `key` set too, TLS is served
    std::string key;                    // PEM

    std::size_t connections = 64;  // at once; beyond, the oldest without a session gives way
    std::size_t live_clients = 16;
    std::size_t live_queue = 64;         // messages a slow live client may be behind before it gets a fresh snapshot
    Duration read_within = seconds(15);  // a whole request, or the next one on a kept connection
    Duration write_within = seconds(15);
    Duration answer_within = seconds(10);  // the gate's answer to a request
    Duration heartbeat = seconds(2);
    Duration session_idle = std::chrono::hours(12);
    Duration session_check = seconds(20);  // how late the journal may say that a session has expired
    std::size_t sessions = 64;             // beyond, the one idle longest ends
};

class Server {
  public:
    /// Listens at once. Errc::invalid: the configuration cannot be served and why; Errc::io: the port cannot be had.
    /// `gate` and `clock` must outlive the server.
    static Result<std::unique_ptr<Server>> start(boost::asio::io_context& io, GateControl& gate, const Clock& clock,
                                                 Config config);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept;
    /// "http://127.0.0.1:8420/", for the log and for people.
    [[nodiscard]] std::string url() const;
    /// Closes the listener and every connection; called by the destructor. Let the io_context run (or end) afterwards.
    void stop();

    struct State;

  private:
    explicit Server(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
};

}  // namespace menshen::panel
