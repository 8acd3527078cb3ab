#include "queue.hpp"

#include <algorithm>
#include <utility>

namespace menshen::modbus {
namespace {

int rank(Command::Kind kind) {
    switch (kind) {
        case Command::Kind::stop:
            return 0;
        case Command::Kind::hold:
        case Command::Kind::close:
            return 1;
        case Command::Kind::open:
            return 2;
    }
    return 2;
}

}  // namespace

template <class Matches>
std::vector<Dropped> Queue::drop(const Error& why, Matches matches) {
    std::vector<Dropped> dropped;
    std::deque<Command> kept;
    for (Command& command : waiting_) {
        if (matches(command)) {
            dropped.push_back({std::move(command), why});
        } else {
            kept.push_back(std::move(command));
        }
    }
    waiting_ = std::move(kept);
    return dropped;
}

std::vector<Dropped> Queue::push(Command command) {
    std::vector<Dropped> dropped;
    if (command.kind == Command::Kind::stop) {
        dropped = drop({Errc::unavailable, "dropped: a stop came after it"}, [&](const Command& other) {
            return other.lane == command.lane &&
                   (other.kind == Command::Kind::open || other.kind == Command::Kind::close);
        });
    }
    const auto of_lane = std::count_if(waiting_.begin(), waiting_.end(), [&](const Command& other) {
        // counted by kind: openings that pile up must never keep a stop or a fire hold out
        return other.lane == command.lane && other.kind == command.kind;
    });
    if (static_cast<std::size_t>(of_lane) >= most_of_a_kind) {
        dropped.push_back({std::move(command), {Errc::exhausted, "too many commands wait for this lane"}});
    } else {
        waiting_.push_back(std::move(command));
    }
    return dropped;
}

std::optional<Command> Queue::take() {
    const auto first = std::min_element(waiting_.begin(), waiting_.end(),
                                        [](const Command& a, const Command& b) { return rank(a.kind) < rank(b.kind); });
    if (first == waiting_.end()) return std::nullopt;
    Command command = std::move(*first);
    waiting_.erase(first);
    return command;
}

std::vector<Dropped> Queue::expire(Instant now, Duration margin) {
    return drop({Errc::exhausted, "its deadline passed while it waited for the bus; it was not sent"},
                [&](const Command& command) { return command.deadline - margin <= now; });
}

std::vector<Dropped> Queue::drop_board(std::size_t board, const Error& why) {
    return drop(why, [&](const Command& command) { return command.board == board; });
}

std::vector<Dropped> Queue::drop_all(const Error& why) {
    return drop(why, [](const Command&) { return true; });
}

}  // namespace menshen::modbus
