// The newest head of each scope, and the polls that wait for a newer one. On the loop's thread only.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "loop/awaitable.hpp"
#include "registry/feed.hpp"

namespace menshen::registry::server {

class HeadBoard {
  public:
    struct Newest {
        Position at;
        std::string tag;  // tag_of()
        std::string line;
    };
    explicit HeadBoard(boost::asio::io_context& io) : io_(io) {}

    /// Wakes who waits for a scope whose position is another one now.
    void publish(const std::vector<ScopeInfo>& scopes);
    /// Null: there is no such scope.
    [[nodiscard]] const Newest* find(const std::string& scope) const;
    /// Until one of the scopes changes, or wake_all(), or so long.
    [[nodiscard]] loop::Awaitable<void> wait(std::vector<std::string> scopes, Duration longest);
    void wake_all();

  private:
    struct Waiter {
        std::vector<std::string> scopes;
        boost::asio::steady_timer timer;
    };
    boost::asio::io_context& io_;
    std::map<std::string, Newest> newest_;
    std::list<Waiter> waiters_;
};

}  // namespace menshen::registry::server
