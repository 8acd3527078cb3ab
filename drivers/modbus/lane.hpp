// A Barrier: commands go to the worker's queue, what the worker saw comes back on the gate's loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "modbus/bus.hpp"
#include "queue.hpp"

namespace menshen::modbus {

class Lane final : public Barrier, public std::enable_shared_from_this<Lane> {
  public:
    struct Place {
        std::size_t lane = 0;
        std::size_t board = 0;
        milliseconds poll{100};
    };

    Lane(boost::asio::io_context::executor_type loop, std::weak_ptr<Worker> worker, LaneWiring wiring, Profile profile,
         Place place);

    // ---- the gate's loop
    void open(Instant deadline, Done done) override;
    void close(Instant deadline, Done done) override;
    void stop(Done done) override;
    void hold(bool on, Done done) override;
    /// No callback after this.
    void silence();

    // ---- the worker
    [[nodiscard]] const LaneWiring& wiring() const { return wiring_; }
    void saw_inputs(const std::vector<bool>& inputs, Instant at);
    void saw_relays(std::string wrong);
    void saw_up(std::string detail);
    void saw_down(std::string detail);

  private:
    struct Reading {
        std::vector<bool> inputs;
        Instant at{};
    };
    /// What the loop has not been told yet: the newest of each kind, so that a busy loop costs no memory.
    struct News {
        bool posted = false;
        std::optional<std::string> down;  // told before up: a reconnect in between must be seen
        std::optional<std::string> up;
        std::optional<std::string> relays;
        std::optional<Reading> reading;
    };

    void pulse(Command::Kind kind, const std::optional<RelayWiring>& relay, Instant deadline, Done done);
    void submit(Command command);
    template <class Change>
    void post(Change change);
    void deliver();
    void tell(const Sensors& sensors) const;
    void forget_when_old(Instant at);

    boost::asio::io_context::executor_type loop_;
    std::weak_ptr<Worker> worker_;
    const LaneWiring wiring_;
    const Profile profile_;
    const Place place_;
    std::mutex mutex_;  // guards news_
    News news_;
    boost::asio::steady_timer stale_;  // the loop's, as all below
    bool silent_ = false;
};

}  // namespace menshen::modbus
