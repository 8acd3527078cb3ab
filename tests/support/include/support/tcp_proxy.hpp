// A TCP line between two programs that a test can cut, slow down, and rob of answers. A thread of its own; every call
// returns when it has taken effect.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "values/time.hpp"

namespace menshen::support {

class TcpProxy {
  public:
    /// Listens on a free port of this machine and passes on to `target`, a port of this machine.
    explicit TcpProxy(std::uint16_t target = 0);
    ~TcpProxy();
    TcpProxy(const TcpProxy&) = delete;
    TcpProxy& operator=(const TcpProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// For connections from now on.
    void retarget(std::uint16_t target);
    /// Ends every connection and takes none until restore().
    void cut();
    void restore();
    /// Every piece waits that long, each way.
    void delay(milliseconds time);
    /// Of the next `count` connections that get an answer after a TLS hand-shake, that answer is swallowed and the
    /// connection ends: the request has arrived, and whoever asked cannot know.
    void lose_answers(int count);
    [[nodiscard]] int answers_lost() const;

    /// Since the start.
    struct Carried {
        std::int64_t up = 0, down = 0;  // bytes
        int requests = 0;               // times that bytes went up after bytes had come down, beyond hand-shakes
        int connections = 0;
    };
    [[nodiscard]] Carried carried() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen::support
