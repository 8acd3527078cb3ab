// Lists on their way down: a long poll, always one open, and what it brings, carried at once. What needs a whole list
// is snapshots.hpp's, and the poll goes on with the other scopes.
#pragma once

#include <map>
#include <string>

#include "keys.hpp"
#include "snapshots.hpp"
#include "sync/bundle_cutter.hpp"

namespace menshen::sync {

class Lists {
  public:
    Lists(Common& common, Keys& keys, Snapshots& snapshots)
        : common_(common), keys_(keys), snapshots_(snapshots), way_(common) {}

    /// Until the courier stops.
    [[nodiscard]] Awaitable<void> run();
    void close() { way_.gate().close(); }

  private:
    using Scopes = std::map<std::string, bundle::Position>;  // and where the gate's list is

    Awaitable<Outcome> round();
    Awaitable<Outcome> poll(const boost::json::object& where, const Scopes& scopes);
    Awaitable<Outcome> take(Transfer& answer, const Scopes& scopes);
    Awaitable<Outcome> carry(Bundle bundle);
    Awaitable<Outcome> carry_large(const std::string& scope, bundle::Position since);
    [[nodiscard]] Outcome settle(const Result<courier_message::Frame>& said, const std::string& scope,
                                 std::string_view asked);
    [[nodiscard]] Outcome lead_on(const Answer& answer, const Scopes& scopes);

    Common& common_;
    Keys& keys_;
    Snapshots& snapshots_;
    HandOver way_;
};

}  // namespace menshen::sync
