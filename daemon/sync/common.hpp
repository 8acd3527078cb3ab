// What the courier's coroutines share. On the loop's thread.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <string>

#include "sync/backoff.hpp"
#include "sync/config.hpp"
#include "sync/gate_link.hpp"
#include "sync/http_client.hpp"

namespace menshen::sync {

/// Why a round was given up; the next one begins from where the gate says it is.
struct Failure {
    Error error;
    std::optional<seconds> retry{};  // what the registry asked for
    bool revoked = false;            // it knows this gate, or its certificate, no more: only a person changes that
};
/// Nothing: it went well.
using Outcome = std::optional<Failure>;

/// One coroutine waits, others wake it; a waking that nobody waited for is kept.
class Signal {
  public:
    explicit Signal(boost::asio::io_context& io) : timer_(io) {}
    Awaitable<void> wait(Duration longest);
    void wake();

  private:
    boost::asio::steady_timer timer_;
    bool woken_ = false;
};

/// What is wrong between gate and registry, as the gate's panel shall say it.
class Health {
  public:
    // `task`: which of the courier's; each speaks for itself, so that one which goes well hides none that does not
    void reached(const std::string& task) { trouble_.erase(task), update(); }
    void unreachable(const std::string& task, const std::string& why, UtcTime now);
    void refused(const std::string& task, const std::string& why);
    [[nodiscard]] boost::json::object faults() const { return faults_; }
    std::function<void()> on_change = [] {};

  private:
    struct Trouble {
        bool refused = false;
        std::string why;
    };
    void update();
    void set(std::string_view fault, const std::string& detail);
    std::map<std::string, Trouble> trouble_;
    boost::json::object faults_;
};

struct Common {
    Common(boost::asio::io_context& context, Config given, std::string authority, std::function<UtcTime()> clock)
        : io(context),
          config(std::move(given)),
          now(std::move(clock)),
          http(context, {config.registry, std::move(authority), config.proxy}),
          calm(context),
          health_changed(context),
          pictures_wanted(context),
          renewal_wanted(context),
          snapshot_wanted(context),
          snapshot_ended(context) {
        health.on_change = [this] { health_changed.wake(); };
    }

    [[nodiscard]] double chance() { return std::uniform_real_distribution<double>(0, 1)(random); }
    [[nodiscard]] Backoff backoff() const { return Backoff(config.first_retry, config.longest_retry); }
    Awaitable<void> pause(Duration time);
    /// Logs it, tells `health`, and waits as long as `backoff` says.
    Awaitable<void> give_up_for_now(std::string_view who, const Failure& failure, Backoff& backoff);
    /// Whoever waits for his next try tries now.
    void try_now();
    void stop();

    boost::asio::io_context& io;
    const Config config;
    const std::function<UtcTime()> now;
    HttpClient http;
    Health health;
    bool stopping = false;
    int carrying = 0;        // lists or events that are under way: pictures wait
    Signal calm;             // woken when it is zero again
    Signal health_changed;   // the gate is to be told
    Signal pictures_wanted;  // events were acknowledged that name pictures
    Signal renewal_wanted;   // the registry says that the certificate has ended
    Signal snapshot_wanted;
    Signal snapshot_ended;  // the long poll may ask for that scope again
    std::mt19937_64 random{std::random_device{}()};

  private:
    std::list<boost::asio::steady_timer> pauses_;
};

/// While it lives, pictures wait.
class Carrying {
  public:
    explicit Carrying(Common& common) : common_(common) { ++common_.carrying; }
    Carrying(const Carrying&) = delete;
    Carrying& operator=(const Carrying&) = delete;
    ~Carrying() {
        if (--common_.carrying == 0) common_.calm.wake();
    }

  private:
    Common& common_;
};

/// The registry's answer as a failure: its problem document's words (RFC 9457). Wakes the renewal where that helps.
[[nodiscard]] Failure failure_of(Common& common, const std::string& task, const Answer& answer);
/// No answer.
[[nodiscard]] Failure no_answer(Common& common, const std::string& task, const Error& error);
/// The gate's refusal, or no answer of it.
[[nodiscard]] Failure gate_failure(const Result<courier_message::Frame>& answer, std::string_view asked);
/// The answer's problem document: its members; empty if it is none.
[[nodiscard]] boost::json::object problem_in(const Answer& answer);
/// The last part of its type: "new-epoch", "revoked".
[[nodiscard]] std::string problem_key(const boost::json::object& problem);

}  // namespace menshen::sync
