// A named thread for one blocking thing (a database, a PIN hash): tasks run on it in order, answers come back on the
// loop (ARCHITECTURE rule 7).
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace menshen::loop {

class Worker {
  public:
    Worker(std::string name, boost::asio::any_io_executor loop, std::size_t most_queued = 4096);
    /// Runs what is queued, then joins. Answers that the loop no longer takes are dropped.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Runs `task` on the worker, then `then(result)` on the loop. False: the queue is full and nothing will happen.
    template <class Task, class Then>
    [[nodiscard]] bool post(Task task, Then then) {
        return push([this, task = std::move(task), then = std::move(then)]() mutable {
            auto result = task();
            answer([then = std::move(then), result = std::move(result)]() mutable { then(std::move(result)); });
        });
    }
    /// The same without an answer.
    [[nodiscard]] bool push(std::function<void()> task);

  private:
    /// Not a template: what Asio makes of each kind of function takes the compiler long.
    void answer(std::function<void()> call);
    void run(const std::stop_token& stop);

    boost::asio::any_io_executor loop_;
    std::size_t most_queued_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<std::function<void()>> queue_;
    std::jthread thread_;  // last: starts when everything above is there
};

}  // namespace menshen::loop
