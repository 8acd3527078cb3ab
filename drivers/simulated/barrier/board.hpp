// The relay and input board: a Waveshare Modbus RTU / POE ETH Relay (8 channels) as its manual describes it.
// Coils 0-7 (FC01/05/0F), 0x00FF all; inputs FC02 0-7; FC05 0x0200+n and 0x0400+n pulses of N x 100 ms; holding
// 0x1000-1007 channel mode, 0x4000 address, 0x8000 version. Pulses run in real time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace menshen::twin {

using Bytes = std::vector<std::uint8_t>;
/// Nanoseconds of CLOCK_BOOTTIME.
using Nanoseconds = std::int64_t;
[[nodiscard]] Nanoseconds boot_nanoseconds();

constexpr int channels = 8;

class Board {
  public:
    /// What the contact of a relay does, whatever its coil is told.
    enum class Weld { none, on, off };

    /// Executes a request (function code and data) and returns the answer of the same form.
    [[nodiscard]] Bytes answer(std::span<const std::uint8_t> pdu, Nanoseconds now);
    /// Ends the pulses that are over.
    void advance(Nanoseconds now);
    /// When the next pulse ends.
    [[nodiscard]] std::optional<Nanoseconds> next_change() const;

    [[nodiscard]] bool relay(int n) const;
    [[nodiscard]] std::uint64_t pulses(int n) const { return relays_.at(static_cast<std::size_t>(n)).pulses; }
    [[nodiscard]] std::uint64_t writes() const { return writes_; }
    void weld(int n, Weld weld);

    std::array<bool, channels> inputs{};
    /// After a contact has changed.
    std::function<void(int relay, bool on)> on_relay;
    /// A timed pulse was ordered: `on` false means "open for N x 100 ms".
    std::function<void(int relay, int milliseconds, bool on)> on_pulse;

  private:
    struct Relay {
        bool coil = false;
        Weld weld = Weld::none;
        std::optional<Nanoseconds> until;
        std::uint64_t pulses = 0;
    };

    [[nodiscard]] Bytes read_bits(std::span<const std::uint8_t> pdu, bool coils) const;
    [[nodiscard]] Bytes read_holding(std::span<const std::uint8_t> pdu) const;
    [[nodiscard]] Bytes write_coil(std::span<const std::uint8_t> pdu, Nanoseconds now);
    [[nodiscard]] Bytes write_coils(std::span<const std::uint8_t> pdu);
    [[nodiscard]] Bytes write_holding(std::span<const std::uint8_t> pdu);
    [[nodiscard]] std::optional<std::uint16_t> holding(unsigned address) const;
    void set(int n, bool on, std::optional<Nanoseconds> until);
    void pulse(int n, unsigned units, bool on, Nanoseconds now);

    std::array<Relay, channels> relays_{};
    std::array<std::uint16_t, channels> modes_{};
    std::uint16_t address_ = 1;
    std::uint64_t writes_ = 0;
};

}  // namespace menshen::twin
