// Events on their way up: in batches that the gate has signed, until the registry's signed acknowledgement is at the
// gate. Lost or doubled, a message changes nothing: the registry takes each event once, and the gate counts by
// acknowledgements alone.
#pragma once

#include "keys.hpp"

namespace menshen::sync {

class Events {
  public:
    Events(Common& common, Keys& keys) : common_(common), keys_(keys), gate_(common.io, common.config.gate) {}

    [[nodiscard]] Awaitable<void> run();
    void close() { gate_.close(); }

  private:
    Awaitable<Outcome> round();
    Awaitable<Outcome> carry(const std::string& gate, const courier_message::Frame& batch, std::int64_t& after);
    Awaitable<Outcome> acknowledge(const Answer& answer, std::int64_t& after);

    Common& common_;
    Keys& keys_;
    GateLink gate_;
};

}  // namespace menshen::sync
