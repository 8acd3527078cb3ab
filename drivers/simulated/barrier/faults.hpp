// What can be wrong with a board and its link, on command.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "board.hpp"

namespace menshen::twin {

enum class Nonsense {
    none,
    transaction,  // Modbus TCP: another transaction id. RTU: another unit
    unit,
    function,
    truncated,  // the announced length is longer than what comes
    exception,  // slave device failure
    bytes,      // a wrong byte count, or another value echoed
    crc,        // RTU only
    garbage,    // 300 bytes of noise instead of an answer
    flood,      // the answer, then a mebibyte nobody asked for
    twice,      // the answer two times
};

[[nodiscard]] std::optional<Nonsense> nonsense_from(std::string_view text);

struct Faults {
    bool frozen = false;  // takes requests in and does nothing until thawed; then does what it had taken in
    bool dead = false;    // TCP: refuses connections. RTU: says nothing
    Nonsense nonsense = Nonsense::none;
    std::uint64_t nonsense_left = 0;  // answers still to spoil
    int late_ms = 0;
    std::uint64_t late_left = 0;

    [[nodiscard]] Nonsense take_nonsense();
    [[nodiscard]] int take_late();
};

/// A whole answer as Modbus TCP (MBAP header) or RTU (CRC), spoiled by `nonsense`. More than one answer may come out.
[[nodiscard]] Bytes tcp_answer(std::uint16_t transaction, std::uint8_t unit, Bytes pdu, Nonsense nonsense);
[[nodiscard]] Bytes rtu_answer(std::uint8_t unit, Bytes pdu, Nonsense nonsense);
[[nodiscard]] std::uint16_t crc16(const Bytes& bytes, std::size_t size);

}  // namespace menshen::twin
