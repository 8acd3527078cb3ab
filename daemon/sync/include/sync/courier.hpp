// The courier: carries the registry's signed bundles to the gate, and the gate's signed events and pictures to the
// registry. It opens no database and keeps no list and no cursor: where the gate is, the gate says, each time anew. All
// it does may be cut off at any moment and done again.
//
// Coroutines on one loop: lists (a long poll, always one open), snapshots beside it, events, pictures (after both,
// throttled), the certificate's renewal, whether the gate was enrolled anew, and what the gate is told of the way.
#pragma once

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>

#include "sync/config.hpp"

namespace menshen::sync {

class Courier {
  public:
    /// `now`: the machine's clock; tests own it.
    Courier(boost::asio::io_context& io, Config config, std::function<UtcTime()> now);
    ~Courier();
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    /// Reads the credentials and begins. Errc::not_found: not enrolled; Errc::invalid: credentials that are none.
    [[nodiscard]] Status start();
    /// What is under way is given up; the loop runs out of work.
    void stop();

  private:
    struct Parts;
    boost::asio::io_context& io_;
    Config config_;
    std::function<UtcTime()> now_;
    std::unique_ptr<Parts> parts_;
};

}  // namespace menshen::sync
