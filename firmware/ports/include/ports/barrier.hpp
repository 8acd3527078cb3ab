// The board that drives one lane's barrier and reads its contacts. Implemented by drivers/modbus; faked by tests.
#pragma once

#include <functional>
#include <string>

#include "values/result.hpp"
#include "values/sensors.hpp"
#include "values/time.hpp"

namespace menshen {

class Barrier {
  public:
    virtual ~Barrier() = default;

    /// Called once for each command, on the gate's loop. ok: the board acknowledged. Errc::denied: it refused.
    /// Errc::timeout: sent, no answer, it may still execute. Errc::unavailable or exhausted: never sent (bus down,
    /// deadline passed in the queue).
    using Done = std::function<void(Status)>;

    /// One timed pulse on the open relay. Never written after `deadline`, never repeated.
    virtual void open(Instant deadline, Done done) = 0;
    /// One timed pulse on the close relay, where the site file names one (Errc::invalid otherwise).
    virtual void close(Instant deadline, Done done) = 0;
    /// One timed pulse on the stop relay; overtakes everything queued on the bus and drops queued openings of this
    /// lane.
    virtual void stop(Done done) = 0;
    /// Holds the open relay energised, for fire = hold-coil only.
    virtual void hold(bool on, Done done) = 0;

    /// After every poll, and once more (all unknown) when polls stop. On the gate's loop.
    std::function<void(Sensors)> on_sensors;
    /// Connected and read once / not answering, with what the guard should know. On the gate's loop.
    std::function<void(bool up, std::string detail)> on_link;
    /// The relays, read back, are not as commanded (welded, dead, switched by others), in words; empty: as commanded
    /// again. Told when it changes. On the gate's loop.
    std::function<void(std::string wrong)> on_relays;
};

}  // namespace menshen
