// Waiting in coroutines until something has become true. One thread, no locks.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <list>
#include <type_traits>

namespace menshen::director {

template <class T>
using Task = boost::asio::awaitable<T>;
using Steady = std::chrono::steady_clock;

/// Whoever changes something others wait for calls notify(); their conditions are then looked at again.
class Signal {
  public:
    explicit Signal(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}
    void notify();
    /// False: the time is over and `condition` is still false.
    template <class Condition>
    [[nodiscard]] Task<bool> until(const Condition& condition, Steady::duration within) {
        // GCC 12 destroys what a lambda inside co_await's operand has captured twice. Give such a condition a name.
        static_assert(std::is_trivially_copyable_v<Condition>, "name the condition: const std::function<bool()> …");
        return wait(condition, within);
    }
    [[nodiscard]] Task<bool> until(const std::function<bool()>& named, Steady::duration within) {
        return wait(named, within);
    }
    [[nodiscard]] const boost::asio::any_io_executor& loop() const { return loop_; }

  private:
    [[nodiscard]] Task<bool> wait(std::function<bool()> condition, Steady::duration within);

    boost::asio::any_io_executor loop_;
    std::list<boost::asio::steady_timer*> waiting_;
};

[[nodiscard]] Task<void> pause(Steady::duration time);

}  // namespace menshen::director
