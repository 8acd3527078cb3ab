// The commands that wait for a bus. Pure: time is an argument.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "ports/barrier.hpp"

namespace menshen::modbus {

struct Command {
    enum class Kind { stop, hold, close, open } kind = Kind::open;
    std::size_t lane = 0;
    std::size_t board = 0;
    int relay = 0;
    std::vector<std::uint8_t> request;  // function code and data
    bool energise = true;               // false: a hold released
    milliseconds pulse{0};              // 0: switched, not pulsed
    Instant deadline = Instant::max();  // not written later
    Barrier::Done done;
};

/// A command that will never be written, and why.
struct Dropped {
    Command command;
    Error why;
};

class Queue {
  public:
    static constexpr std::size_t most_of_a_kind = 8;  // of a lane

    /// A stop drops the openings and closings of its lane. What does not fit comes back itself, Errc::exhausted.
    [[nodiscard]] std::vector<Dropped> push(Command command);
    /// The most urgent one: stop, then hold and close, then open; in the order they came. Its deadline is the caller's
    /// to check, at the last moment before writing.
    [[nodiscard]] std::optional<Command> take();
    /// Takes out what is past its deadline, or would be after `margin`.
    [[nodiscard]] std::vector<Dropped> expire(Instant now, Duration margin);
    [[nodiscard]] std::vector<Dropped> drop_board(std::size_t board, const Error& why);
    [[nodiscard]] std::vector<Dropped> drop_all(const Error& why);
    [[nodiscard]] bool empty() const { return waiting_.empty(); }

  private:
    template <class Matches>
    [[nodiscard]] std::vector<Dropped> drop(const Error& why, Matches matches);
    std::deque<Command> waiting_;
};

}  // namespace menshen::modbus
