#include "board.hpp"

#include <doctest/doctest.h>

#include "faults.hpp"

namespace menshen::twin {
namespace {

constexpr Nanoseconds start = 1'000'000'000;
constexpr Nanoseconds millisecond = 1'000'000;

Bytes ask(Board& board, const Bytes& pdu, Nanoseconds now = start) {
    return board.answer(pdu, now);
}

}  // namespace

TEST_CASE("a pulse closes the relay and ends by itself") {
    Board board;
    CHECK(ask(board, {5, 2, 0, 0, 7}) == Bytes{5, 2, 0, 0, 7});
    CHECK(ask(board, {1, 0, 0, 0, 8}, start + 699 * millisecond) == Bytes{1, 1, 1});
    CHECK(ask(board, {1, 0, 0, 0, 8}, start + 700 * millisecond) == Bytes{1, 1, 0});
    CHECK(board.pulses(0) == 1);
}

TEST_CASE("coils one by one, together and all at once") {
    Board board;
    CHECK(ask(board, {5, 0, 3, 0xFF, 0}) == Bytes{5, 0, 3, 0xFF, 0});
    CHECK(board.relay(3));
    CHECK(ask(board, {15, 0, 0, 0, 8, 1, 0x81}) == Bytes{15, 0, 0, 0, 8});
    CHECK(ask(board, {1, 0, 0, 0, 8}) == Bytes{1, 1, 0x81});
    CHECK(ask(board, {5, 0, 0xFF, 0, 0}) == Bytes{5, 0, 0xFF, 0, 0});
    CHECK(ask(board, {1, 0, 0, 0, 8}) == Bytes{1, 1, 0});
}

TEST_CASE("what it does not know it refuses with the right code") {
    Board board;
    CHECK(ask(board, {4, 0, 0, 0, 1}) == Bytes{0x84, 1});
    CHECK(ask(board, {5, 0, 8, 0xFF, 0}) == Bytes{0x85, 2});
    CHECK(ask(board, {5, 0, 0, 0x12, 0}) == Bytes{0x85, 3});
    CHECK(ask(board, {2, 0, 4, 0, 8}) == Bytes{0x82, 2});
    CHECK(ask(board, {2, 0, 0}) == Bytes{0x82, 3});
    CHECK(ask(board, {3, 0x80, 0, 0, 1}) == Bytes{3, 2, 0, 200});
    CHECK(ask(board, {6, 0x10, 0, 0, 9}) == Bytes{0x86, 3});
}

TEST_CASE("a welded relay stays, whatever it is told") {
    Board board;
    board.weld(0, Board::Weld::on);
    CHECK(ask(board, {5, 0, 0, 0, 0}) == Bytes{5, 0, 0, 0, 0});
    CHECK(board.relay(0));
    board.weld(0, Board::Weld::none);
    CHECK_FALSE(board.relay(0));
}

TEST_CASE("golden: the answer to a pulse over RTU") {
    CHECK(rtu_answer(1, {5, 2, 0, 0, 7}, Nonsense::none) == Bytes{0x01, 0x05, 0x02, 0x00, 0x00, 0x07, 0x8D, 0xB0});
}

}  // namespace menshen::twin
