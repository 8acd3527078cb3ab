#include "worker.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace menshen::modbus {
namespace {

constexpr Duration first_back_off = milliseconds(100);
constexpr Duration longest_back_off = seconds(2);
constexpr Duration longest_board_back_off = seconds(30);
constexpr int dead_share = 19;  // a dead board on a shared bus costs one part, the others get nineteen: 5 %
constexpr Duration longest_wait = seconds(3600);

Duration doubled(Duration back_off, Duration longest) {
    return std::clamp<Duration>(back_off * 2, first_back_off, longest);
}

}  // namespace

Worker::Worker(boost::asio::io_context::executor_type loop, BusConfig config, std::vector<Board> boards)
    : loop_(loop), boards_(std::move(boards)), wire_(std::move(config)) {}

void Worker::start() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = false;
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Worker::stop() {
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
    std::vector<Dropped> left;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        left = queue_.drop_all({Errc::unavailable, "the bus is shut down"});
    }
    answer(std::move(left));
    for (Board& board : boards_) {
        for (const auto& lane : board.lanes) lane->silence();
    }
}

void Worker::submit(Command command) {
    if (command.request.empty()) return answer(command, {Errc::invalid, "no relay is wired for this in the site file"});
    std::vector<Dropped> dropped;
    {
        const std::lock_guard lock(mutex_);
        if (closed_) {
            dropped.push_back({std::move(command), {Errc::unavailable, "the bus is not started or shut down"}});
        } else {
            dropped = queue_.push(std::move(command));
        }
    }
    answer(std::move(dropped));
    wake_.notify_one();
}

void Worker::answer(Command& command, Status status) {
    boost::asio::post(loop_, [done = std::move(command.done), status = std::move(status)] {
        if (done) done(status);
    });
}

void Worker::answer(std::vector<Dropped> dropped) {
    for (Dropped& one : dropped) answer(one.command, one.why);
}

void Worker::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) step(stop);
    wire_.close();
}

void Worker::step(const std::stop_token& stop) {
    if (!wire_.connected()) return connect(stop);
    if (boot_now() < silent_until_) {
        wait_until(stop, silent_until_, false);
        return wire_.flush();
    }
    if (auto command = next_command()) return execute(std::move(*command));
    Board& board = most_urgent();
    if (board.next_poll <= boot_now()) return poll(board);
    wait_until(stop, board.next_poll, true);
}

void Worker::connect(const std::stop_token& stop) {
    if (boot_now() < retry_at_) {
        // what comes meanwhile is refused at once rather than kept for a board whose state nobody knows
        std::vector<Dropped> dropped;
        {
            const std::lock_guard lock(mutex_);
            dropped = queue_.drop_all({Errc::unavailable, wire_.name() + ": not connected; the command was not sent"});
        }
        answer(std::move(dropped));
        return wait_until(stop, retry_at_, true);
    }
    const Status connected = wire_.connect();
    if (connected) {
        for (Board& board : boards_) board.reconnected();
        return;
    }
    back_off_ = doubled(back_off_, longest_back_off);
    retry_at_ = boot_now() + back_off_;
    for (Board& board : boards_) {
        ++board.failures;
        declare_down(board, connected.error());
    }
}

std::optional<Command> Worker::next_command() {
    std::vector<Dropped> late;
    std::optional<Command> command;
    {
        const std::lock_guard lock(mutex_);
        late = queue_.expire(boot_now(), Duration::zero());
        command = queue_.take();
    }
    answer(std::move(late));
    return command;
}

void Worker::execute(Command command) {
    Board& board = boards_[command.board];
    if (board.up() && !board.fresh()) poll(board);
    if (!board.up() || !board.fresh() || !wire_.connected()) {
        return answer(command,
                      {Errc::unavailable, "board " + board.config().id + " does not answer; the command was not sent"});
    }
    const Instant began = boot_now();
    const Duration on_the_wire = wire_.serial() ? wire_.time_for(8, 0) - wire_.time_for(0, 0) : milliseconds(0);
    if (command.deadline - on_the_wire <= began) {
        return answer(command, {Errc::exhausted, "its deadline passed while it waited for the bus; it was not sent"});
    }
    const Status written = board.execute(wire_, command);
    // an answer that is none of ours leaves it open whether the board acted
    const bool may_act = !written && written.error().code == Errc::io;
    answer(command, may_act ? Status{Errc::timeout, written.error().message} : written);
    if (!written && written.error().code != Errc::denied) return failed(board, written.error(), began);
    poll(board);
}

void Worker::poll(Board& board) {
    const Instant began = boot_now();
    const Status done = board.poll(wire_);
    if (!done) return failed(board, done.error(), began);
    back_off_ = Duration::zero();
    board.next_poll = began + board.config().poll;
}

void Worker::failed(Board& board, const Error& error, Instant began) {
    ++board.failures;
    const bool answers = error.code == Errc::denied;
    if (!answers) line_failed(board, error);
    // one lost telegram on a serial line is no news: it is asked again after the silence
    const bool tolerated = wire_.serial() && wire_.connected() && board.up() && board.failures <= 1 && !answers;
    if (tolerated) {
        board.distrust();
        board.next_poll = boot_now();
        return;
    }
    declare_down(board, error);
    const Duration spent = std::max(boot_now(), silent_until_) - began;
    board.back_off = doubled(board.back_off, boards_.size() > 1 ? longest_board_back_off : longest_back_off);
    if (boards_.size() > 1) board.back_off = std::max<Duration>(board.back_off, spent * dead_share);
    board.next_poll = boot_now() + board.back_off;
}

/// After any error what comes next on the line could be the answer to what went before.
void Worker::line_failed(Board& board, const Error& error) {
    for (Board& other : boards_) other.distrust();
    if (wire_.serial() && (error.code == Errc::timeout || board.failures < 3)) {
        silent_until_ = boot_now() + wire_.silence();
        return;
    }
    wire_.close();
    const bool others_live =
        std::any_of(boards_.begin(), boards_.end(), [&](const Board& other) { return &other != &board && other.up(); });
    if (others_live) return;
    back_off_ = doubled(back_off_, longest_back_off);
    retry_at_ = boot_now() + back_off_;
}

void Worker::declare_down(Board& board, const Error& error) {
    board.declare_down(error.message);
    std::vector<Dropped> dropped;
    {
        const std::lock_guard lock(mutex_);
        const auto number = static_cast<std::size_t>(&board - boards_.data());
        dropped = queue_.drop_board(
            number, {Errc::unavailable, "board " + board.config().id + " does not answer; the command was not sent"});
    }
    answer(std::move(dropped));
}

Board& Worker::most_urgent() {
    return *std::min_element(boards_.begin(), boards_.end(),
                             [](const Board& a, const Board& b) { return a.next_poll < b.next_poll; });
}

void Worker::wait_until(const std::stop_token& stop, Instant when, bool for_commands) {
    const Duration time = std::min(when - boot_now(), longest_wait);
    if (time <= Duration::zero()) return;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, time, [&] { return for_commands && !queue_.empty(); });
}

}  // namespace menshen::modbus
