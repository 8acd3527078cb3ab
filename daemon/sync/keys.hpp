// The registry's key set on its way to the gate: before the first document that one of its keys has signed.
#pragma once

#include "bundle/key_set.hpp"
#include "common.hpp"

namespace menshen::sync {

class Keys {
  public:
    explicit Keys(Common& common) : common_(common) {}

    /// Fetches the key set and gives it to the gate, unless the one that was carried last has this key and this epoch
    /// (0: any). What is a key set's and what is not, the gate judges.
    [[nodiscard]] Awaitable<Outcome> carry_for(GateLink& gate, const std::string& kid, std::int64_t epoch);
    /// The next time it is fetched whatever was carried: the gate knew a key of the one before no more.
    void forget() { carried_ = {}; }

  private:
    Common& common_;
    bundle::KeySet carried_;
};

}  // namespace menshen::sync
