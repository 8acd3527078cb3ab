#include "board.hpp"

#include <ctime>

namespace menshen::twin {
namespace {

constexpr std::uint8_t illegal_function = 1;
constexpr std::uint8_t illegal_address = 2;
constexpr std::uint8_t illegal_value = 3;
constexpr unsigned all_relays = 0x00FF;
constexpr unsigned pulse_on = 0x0200;
constexpr unsigned pulse_off = 0x0400;
constexpr unsigned modes_at = 0x1000;
constexpr unsigned address_at = 0x4000;
constexpr unsigned version_at = 0x8000;
constexpr std::uint16_t version = 200;
constexpr Nanoseconds pulse_unit = 100'000'000;

unsigned word(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<unsigned>(bytes[at] << 8U | bytes[at + 1]);
}

Bytes exception(std::uint8_t function, std::uint8_t code) {
    return {static_cast<std::uint8_t>(function | 0x80U), code};
}

Bytes echo(std::span<const std::uint8_t> pdu) {
    return {pdu.begin(), pdu.begin() + 5};
}

}  // namespace

Nanoseconds boot_nanoseconds() {
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return static_cast<Nanoseconds>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

Bytes Board::answer(std::span<const std::uint8_t> pdu, Nanoseconds now) {
    advance(now);
    if (pdu.empty()) return exception(0, illegal_function);
    if (pdu.size() < 5) return exception(pdu[0], illegal_value);
    switch (pdu[0]) {
        case 1:
            return read_bits(pdu, true);
        case 2:
            return read_bits(pdu, false);
        case 3:
            return read_holding(pdu);
        case 5:
            return write_coil(pdu, now);
        case 6:
            return write_holding(pdu);
        case 15:
            return write_coils(pdu);
        default:
            return exception(pdu[0], illegal_function);
    }
}

void Board::advance(Nanoseconds now) {
    for (int n = 0; n < channels; ++n) {
        Relay& relay = relays_[static_cast<std::size_t>(n)];
        if (relay.until && *relay.until <= now) set(n, !relay.coil, std::nullopt);
    }
}

std::optional<Nanoseconds> Board::next_change() const {
    std::optional<Nanoseconds> next;
    for (const Relay& relay : relays_) {
        if (relay.until && (!next || *relay.until < *next)) next = relay.until;
    }
    return next;
}

bool Board::relay(int n) const {
    const Relay& relay = relays_.at(static_cast<std::size_t>(n));
    return relay.weld == Weld::none ? relay.coil : relay.weld == Weld::on;
}

void Board::weld(int n, Weld weld) {
    const bool before = relay(n);
    relays_.at(static_cast<std::size_t>(n)).weld = weld;
    if (relay(n) != before && on_relay) on_relay(n, !before);
}

Bytes Board::read_bits(std::span<const std::uint8_t> pdu, bool coils) const {
    const unsigned first = word(pdu, 1);
    const unsigned count = word(pdu, 3);
    if (count == 0 || count > 2000) return exception(pdu[0], illegal_value);
    if (first + count > channels) return exception(pdu[0], illegal_address);
    std::uint8_t bits = 0;
    for (unsigned i = 0; i < count; ++i) {
        const bool on = coils ? relay(static_cast<int>(first + i)) : inputs.at(first + i);
        if (on) bits = static_cast<std::uint8_t>(bits | 1U << i);
    }
    return {pdu[0], 1, bits};
}

std::optional<std::uint16_t> Board::holding(unsigned address) const {
    if (address >= modes_at && address < modes_at + channels) return modes_.at(address - modes_at);
    if (address == address_at) return address_;
    if (address == version_at) return version;
    return std::nullopt;
}

Bytes Board::read_holding(std::span<const std::uint8_t> pdu) const {
    const unsigned count = word(pdu, 3);
    if (count == 0 || count > 125) return exception(pdu[0], illegal_value);
    Bytes out{pdu[0], static_cast<std::uint8_t>(count * 2)};
    for (unsigned i = 0; i < count; ++i) {
        const auto value = holding(word(pdu, 1) + i);
        if (!value) return exception(pdu[0], illegal_address);
        out.push_back(static_cast<std::uint8_t>(*value >> 8U));
        out.push_back(static_cast<std::uint8_t>(*value & 0xFFU));
    }
    return out;
}

Bytes Board::write_coil(std::span<const std::uint8_t> pdu, Nanoseconds now) {
    const unsigned address = word(pdu, 1);
    const unsigned value = word(pdu, 3);
    for (const unsigned base : {pulse_on, pulse_off}) {
        if (address < base || address >= base + channels) continue;
        if (value > 0x7FFF) return exception(pdu[0], illegal_value);
        ++writes_;
        pulse(static_cast<int>(address - base), value, base == pulse_on, now);
        return echo(pdu);
    }
    if (address >= channels && address != all_relays) return exception(pdu[0], illegal_address);
    if (value != 0xFF00 && value != 0x0000 && value != 0x5500) return exception(pdu[0], illegal_value);
    ++writes_;
    for (int n = 0; n < channels; ++n) {
        if (address != all_relays && static_cast<unsigned>(n) != address) continue;
        const bool now_on = relays_[static_cast<std::size_t>(n)].coil;
        set(n, value == 0x5500 ? !now_on : value == 0xFF00, std::nullopt);
    }
    return echo(pdu);
}

Bytes Board::write_coils(std::span<const std::uint8_t> pdu) {
    const unsigned first = word(pdu, 1);
    const unsigned count = word(pdu, 3);
    if (count == 0 || pdu.size() < 7 || pdu[5] != (count + 7) / 8) return exception(pdu[0], illegal_value);
    if (first + count > channels) return exception(pdu[0], illegal_address);
    ++writes_;
    for (unsigned i = 0; i < count; ++i) set(static_cast<int>(first + i), (pdu[6] >> i & 1U) != 0, std::nullopt);
    return echo(pdu);
}

Bytes Board::write_holding(std::span<const std::uint8_t> pdu) {
    const unsigned address = word(pdu, 1);
    const unsigned value = word(pdu, 3);
    if (address >= modes_at && address < modes_at + channels) {
        if (value > 3) return exception(pdu[0], illegal_value);
        modes_.at(address - modes_at) = static_cast<std::uint16_t>(value);
    } else if (address == address_at) {
        if (value == 0 || value > 255) return exception(pdu[0], illegal_value);
        address_ = static_cast<std::uint16_t>(value);
    } else {
        return exception(pdu[0], illegal_address);
    }
    ++writes_;
    return echo(pdu);
}

void Board::set(int n, bool on, std::optional<Nanoseconds> until) {
    const bool before = relay(n);
    Relay& relay_n = relays_.at(static_cast<std::size_t>(n));
    relay_n.coil = on;
    relay_n.until = until;
    if (relay(n) != before && on_relay) on_relay(n, !before);
}

void Board::pulse(int n, unsigned units, bool on, Nanoseconds now) {
    ++relays_.at(static_cast<std::size_t>(n)).pulses;
    if (on_pulse) on_pulse(n, static_cast<int>(units * 100), on);
    set(n, on, now + static_cast<Nanoseconds>(units) * pulse_unit);
}

}  // namespace menshen::twin
