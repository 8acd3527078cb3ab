// The thread of one bus.
#pragma once

#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "board.hpp"
#include "queue.hpp"
#include "wire.hpp"

namespace menshen::modbus {

class Worker {
  public:
    Worker(boost::asio::io_context::executor_type loop, BusConfig config, std::vector<Board> boards);
    ~Worker() { stop(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // ---- the gate's loop
    void start();
    void stop();
    void submit(Command command);
    [[nodiscard]] std::vector<Board>& boards() { return boards_; }  // before start() only
    [[nodiscard]] boost::asio::io_context::executor_type loop() const { return loop_; }
    [[nodiscard]] bool started() const { return thread_.joinable(); }

  private:
    void run(const std::stop_token& stop);
    /// One thing: connect, be silent, a command, a poll, or wait.
    void step(const std::stop_token& stop);
    void connect(const std::stop_token& stop);
    [[nodiscard]] std::optional<Command> next_command();
    void execute(Command command);
    void poll(Board& board);
    void failed(Board& board, const Error& error, Instant began);
    void line_failed(Board& board, const Error& error);
    void declare_down(Board& board, const Error& error);
    [[nodiscard]] Board& most_urgent();
    /// Until `when`, a command, or the end.
    void wait_until(const std::stop_token& stop, Instant when, bool for_commands);

    void answer(Command& command, Status status);
    void answer(std::vector<Dropped> dropped);

    boost::asio::io_context::executor_type loop_;
    std::vector<Board> boards_;
    Wire wire_;

    std::mutex mutex_;  // guards queue_ and closed_
    std::condition_variable_any wake_;
    Queue queue_;
    bool closed_ = true;

    // the worker thread's own
    Instant retry_at_{};  // connect not before
    Duration back_off_{};
    Instant silent_until_{};

    std::jthread thread_;
};

}  // namespace menshen::modbus
