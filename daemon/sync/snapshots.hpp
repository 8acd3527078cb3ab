// Whole lists on their way down, one after the other, beside the long poll: a revocation in another scope does not wait
// for a hundred megabytes of this one.
#pragma once

#include <set>
#include <string>

#include "hand_over.hpp"
#include "keys.hpp"
#include "spool.hpp"

namespace menshen::sync {

class Snapshots {
  public:
    Snapshots(Common& common, Keys& keys) : common_(common), keys_(keys), way_(common) {}

    /// Until the courier stops.
    [[nodiscard]] Awaitable<void> run();
    void want(const std::string& scope);
    /// From want() until its list is in use, or until that has failed and may be asked for again.
    [[nodiscard]] bool is_under_way(const std::string& scope) const { return wanted_.contains(scope); }
    [[nodiscard]] bool idle() const { return wanted_.empty(); }
    /// Until one of them has ended, either way.
    [[nodiscard]] Awaitable<void> one_ended();
    void close() { way_.gate().close(); }

  private:
    struct Source;
    Awaitable<Outcome> snapshot(const std::string& scope);
    Awaitable<Outcome> bring(const Source& source);
    Awaitable<Outcome> hand_over(const Source& source, Spool& spool);
    [[nodiscard]] Failure refused(const Result<courier_message::Frame>& said, std::string_view asked);
    Awaitable<Outcome> send_kept(const Spool& spool);
    Awaitable<Outcome> download(const Source& source, Spool& spool, std::int64_t& sent);

    Common& common_;
    Keys& keys_;
    HandOver way_;
    std::set<std::string> wanted_;
};

}  // namespace menshen::sync
