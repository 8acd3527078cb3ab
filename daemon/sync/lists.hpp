// Lists on their way down: a long poll, always one open, and what it brings, carried at once.
#pragma once

#include <map>
#include <string>

#include "keys.hpp"
#include "spool.hpp"
#include "sync/bundle_cutter.hpp"

namespace menshen::sync {

class Lists {
  public:
    Lists(Common& common, Keys& keys) : common_(common), keys_(keys), gate_(common.io, common.config.gate) {}

    /// Until the courier stops.
    [[nodiscard]] Awaitable<void> run();
    void close() { gate_.close(); }

  private:
    using Scopes = std::map<std::string, bundle::Position>;  // and where the gate's list is
    struct Source;

    Awaitable<Outcome> round();
    Awaitable<Outcome> poll(const boost::json::object& where, const Scopes& scopes);
    Awaitable<Outcome> take(Transfer& answer, const Scopes& scopes);
    Awaitable<Outcome> carry(Bundle bundle);
    Awaitable<Outcome> carry_large(const std::string& scope, bundle::Position since);
    Awaitable<Outcome> send_lines(const std::string& scope, bundle::Position since);
    Awaitable<Outcome> finish(const std::string& scope, bool may_begin_anew);
    Awaitable<Outcome> settle(const Result<courier_message::Frame>& said, const std::string& scope,
                              std::string_view asked, bool may_begin_anew);
    Awaitable<Outcome> lead_on(const Answer& answer);

    Awaitable<Outcome> snapshot(const std::string& scope);
    Awaitable<Outcome> bring(const Source& source);
    Awaitable<Outcome> send_kept(const Spool& spool);
    Awaitable<Outcome> download(const Source& source, Spool& spool, std::int64_t& sent);
    Awaitable<Outcome> pass_on(std::string_view verb, std::string bytes);

    Common& common_;
    Keys& keys_;
    GateLink gate_;
};

}  // namespace menshen::sync
