// One socket or serial line through libmodbus, its traps kept inside. Used by the bus's worker thread alone.
#pragma once

#include <modbus.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "modbus/bus.hpp"

namespace menshen::modbus {

/// CLOCK_BOOTTIME.
[[nodiscard]] Instant boot_now();

class Wire {
  public:
    explicit Wire(BusConfig config);

    /// Connected, or opened and configured, within the timeout. Errc::unavailable otherwise.
    [[nodiscard]] Status connect();
    void close() { context_.reset(); }
    [[nodiscard]] bool connected() const { return context_ != nullptr; }
    [[nodiscard]] bool serial() const { return std::holds_alternative<Rtu>(config_.link); }
    /// What is on the wire for a person: "127.0.0.1:502", "/dev/ttyUSB0".
    [[nodiscard]] std::string name() const;

    /// `count` relays or inputs. Errc::denied: the board answered with an exception. Errc::timeout: no answer.
    /// Errc::io: an answer that is none of ours. Errc::unavailable: nothing was sent.
    [[nodiscard]] Result<std::vector<bool>> read(int unit, const ReadMap& map, int count);
    /// Sends FC05 or FC06 and waits for its echo. Errors as above.
    [[nodiscard]] Status write(int unit, const std::vector<std::uint8_t>& request);

    /// Throws away what arrived unasked (RTU, after its silence).
    void flush();
    /// How long a transaction of these sizes may take at most; for RTU also the silence after an error.
    [[nodiscard]] milliseconds time_for(std::size_t bytes_out, std::size_t bytes_in) const;
    /// The silence after an error, long enough for the longest answer we ask for.
    [[nodiscard]] milliseconds silence() const;

  private:
    struct Free {
        void operator()(modbus_t* context) const;
    };

    [[nodiscard]] Status connect_tcp(const Tcp& tcp);
    [[nodiscard]] Status connect_rtu(const Rtu& rtu);
    [[nodiscard]] Status prepare(int unit, milliseconds time);
    [[nodiscard]] Status check_echo(const std::vector<std::uint8_t>& request, int unit,
                                    std::span<const std::uint8_t> answer) const;
    [[nodiscard]] Error failure(const std::string& doing) const;

    BusConfig config_;
    std::unique_ptr<modbus_t, Free> context_;
};

}  // namespace menshen::modbus
