// What is wrong between gate and registry, told to the gate for its panel: as it changes, and again while it lasts,
// for the gate may have been started anew.
#pragma once

#include "common.hpp"

namespace menshen::sync {

class Reports {
  public:
    explicit Reports(Common& common) : common_(common), gate_(common.io, common.config.gate) {}

    [[nodiscard]] Awaitable<void> run();
    void close() { gate_.close(); }

  private:
    Common& common_;
    GateLink gate_;
};

}  // namespace menshen::sync
