#include "queue.hpp"

#include <doctest/doctest.h>

namespace menshen::modbus {
namespace {

constexpr Instant start{seconds(1000)};

Command command(Command::Kind kind, std::size_t lane = 0, int relay = 0, Instant deadline = Instant::max()) {
    Command made;
    made.kind = kind;
    made.lane = lane;
    made.relay = relay;
    made.deadline = deadline;
    return made;
}

}  // namespace

TEST_CASE("stop goes before hold and close, these before openings, equals in their order") {
    Queue queue;
    CHECK(queue.push(command(Command::Kind::open, 0, 1)).empty());
    CHECK(queue.push(command(Command::Kind::open, 1, 2)).empty());
    CHECK(queue.push(command(Command::Kind::close, 1, 3)).empty());
    CHECK(queue.push(command(Command::Kind::hold, 2, 4)).empty());
    CHECK(queue.push(command(Command::Kind::stop, 3, 5)).empty());
    std::vector<int> order;
    while (auto next = queue.take()) order.push_back(next->relay);
    CHECK(order == std::vector<int>{5, 3, 4, 1, 2});
}

TEST_CASE("a stop drops the openings and closings of its lane, nothing else") {
    Queue queue;
    CHECK(queue.push(command(Command::Kind::open, 0, 1)).empty());
    CHECK(queue.push(command(Command::Kind::close, 0, 2)).empty());
    CHECK(queue.push(command(Command::Kind::hold, 0, 3)).empty());
    CHECK(queue.push(command(Command::Kind::open, 1, 4)).empty());
    const auto dropped = queue.push(command(Command::Kind::stop, 0, 5));
    REQUIRE(dropped.size() == 2);
    CHECK(dropped[0].command.relay == 1);
    CHECK(dropped[1].command.relay == 2);
    CHECK(dropped[0].why.code == Errc::unavailable);
}

TEST_CASE("what is past its deadline is taken out, what is not stays") {
    Queue queue;
    CHECK(queue.push(command(Command::Kind::open, 0, 1, start)).empty());
    CHECK(queue.push(command(Command::Kind::open, 0, 2, start + seconds(1))).empty());
    const auto late = queue.expire(start, Duration::zero());
    REQUIRE(late.size() == 1);
    CHECK(late[0].command.relay == 1);
    CHECK(late[0].why.code == Errc::exhausted);
    CHECK(queue.expire(start, seconds(1)).size() == 1);
    CHECK(queue.empty());
}

TEST_CASE("openings that pile up are refused, and keep neither a stop nor a fire hold out") {
    Queue queue;
    for (std::size_t n = 0; n < Queue::most_of_a_kind; ++n) CHECK(queue.push(command(Command::Kind::open)).empty());
    const auto refused = queue.push(command(Command::Kind::open));
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].why.code == Errc::exhausted);
    CHECK(queue.push(command(Command::Kind::hold)).empty());
    CHECK(queue.push(command(Command::Kind::open, 1)).empty());  // another lane has its own room
    CHECK(queue.push(command(Command::Kind::stop)).size() == Queue::most_of_a_kind);
}

}  // namespace menshen::modbus
