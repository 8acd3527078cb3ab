// A list on its way into the gate in parts: begun, passed on piece by piece, finished. One connection, one at a time.
#pragma once

#include <string>
#include <string_view>

#include "bundle/head.hpp"
#include "common.hpp"

namespace menshen::sync {

class HandOver {
  public:
    explicit HandOver(Common& common) : common_(common), gate_(common.io, common.config.gate) {}

    [[nodiscard]] GateLink& gate() { return gate_; }
    [[nodiscard]] Awaitable<Outcome> pass_on(std::string_view verb, std::string bytes);
    /// The registry's changes since then: all that comes is passed on as it comes; the gate looks for the head at its
    /// end.
    [[nodiscard]] Awaitable<Outcome> send_lines(const std::string& scope, bundle::Position since);
    /// The gate's word on the whole; it is logged where it is good.
    [[nodiscard]] Awaitable<Result<courier_message::Frame>> finish(const std::string& scope);

  private:
    Common& common_;
    GateLink gate_;
};

/// For the gate to judge a million rows on a slow card.
inline constexpr auto judging_within = std::chrono::minutes(10);

}  // namespace menshen::sync
