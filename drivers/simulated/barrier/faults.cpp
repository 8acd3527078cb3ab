#include "faults.hpp"

#include <array>
#include <utility>

namespace menshen::twin {
namespace {

constexpr std::size_t noise_size = 300;
constexpr std::size_t flood_size = 1U << 20U;

/// Looks random and is the same every time.
Bytes noise(std::size_t size) {
    Bytes out(size);
    std::uint32_t x = 2463534242U;
    for (auto& byte : out) {
        x ^= x << 13U;
        x ^= x >> 17U;
        x ^= x << 5U;
        byte = static_cast<std::uint8_t>(x);
    }
    return out;
}

void spoil_pdu(Bytes& pdu, Nonsense nonsense) {
    if (nonsense == Nonsense::function) pdu[0] = 0x41;
    if (nonsense == Nonsense::exception) pdu = {static_cast<std::uint8_t>(pdu[0] | 0x80U), 4};
    if (nonsense == Nonsense::bytes) pdu[1] = static_cast<std::uint8_t>(pdu[1] + 7);
}

void append(Bytes& to, const Bytes& more) {
    to.insert(to.end(), more.begin(), more.end());
}

Bytes after(Bytes frame, Nonsense nonsense) {
    if (nonsense == Nonsense::truncated) frame.erase(frame.end() - 2, frame.end());
    if (nonsense == Nonsense::twice) append(frame, Bytes(frame));
    if (nonsense == Nonsense::flood) append(frame, noise(flood_size));
    return nonsense == Nonsense::garbage ? noise(noise_size) : frame;
}

}  // namespace

std::optional<Nonsense> nonsense_from(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, Nonsense>, 11> names{{{"none", Nonsense::none},
                                                                           {"transaction", Nonsense::transaction},
                                                                           {"unit", Nonsense::unit},
                                                                           {"function", Nonsense::function},
                                                                           {"truncated", Nonsense::truncated},
                                                                           {"exception", Nonsense::exception},
                                                                           {"bytes", Nonsense::bytes},
                                                                           {"crc", Nonsense::crc},
                                                                           {"garbage", Nonsense::garbage},
                                                                           {"flood", Nonsense::flood},
                                                                           {"twice", Nonsense::twice}}};
    for (const auto& [name, value] : names) {
        if (name == text) return value;
    }
    return std::nullopt;
}

Nonsense Faults::take_nonsense() {
    if (nonsense == Nonsense::none || nonsense_left == 0) return Nonsense::none;
    --nonsense_left;
    return nonsense;
}

int Faults::take_late() {
    if (late_ms == 0 || late_left == 0) return 0;
    --late_left;
    return late_ms;
}

Bytes tcp_answer(std::uint16_t transaction, std::uint8_t unit, Bytes pdu, Nonsense nonsense) {
    spoil_pdu(pdu, nonsense);
    if (nonsense == Nonsense::transaction) transaction = static_cast<std::uint16_t>(transaction ^ 0x5555U);
    if (nonsense == Nonsense::unit) unit = static_cast<std::uint8_t>(unit + 1);
    const std::size_t length = pdu.size() + 1;
    Bytes frame{static_cast<std::uint8_t>(transaction >> 8U), static_cast<std::uint8_t>(transaction & 0xFFU), 0,   0,
                static_cast<std::uint8_t>(length >> 8U),      static_cast<std::uint8_t>(length & 0xFFU),      unit};
    append(frame, pdu);
    return after(std::move(frame), nonsense);
}

Bytes rtu_answer(std::uint8_t unit, Bytes pdu, Nonsense nonsense) {
    spoil_pdu(pdu, nonsense);
    if (nonsense == Nonsense::transaction || nonsense == Nonsense::unit) unit = static_cast<std::uint8_t>(unit + 1);
    Bytes frame{unit};
    append(frame, pdu);
    const std::uint16_t crc = crc16(frame, frame.size());
    frame.push_back(static_cast<std::uint8_t>(crc & 0xFFU));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8U));
    if (nonsense == Nonsense::crc) frame.back() = static_cast<std::uint8_t>(frame.back() ^ 0xFFU);
    return after(std::move(frame), nonsense);
}

std::uint16_t crc16(const Bytes& bytes, std::size_t size) {
    std::uint16_t crc = 0xFFFF;
    for (std::size_t i = 0; i < size; ++i) {
        crc = static_cast<std::uint16_t>(crc ^ bytes[i]);
        for (int bit = 0; bit < 8; ++bit) {
            crc = static_cast<std::uint16_t>((crc & 1U) != 0 ? (crc >> 1U) ^ 0xA001U : crc >> 1U);
        }
    }
    return crc;
}

}  // namespace menshen::twin
