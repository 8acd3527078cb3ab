// The live channel's queues: what each connected page has yet to be sent.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace menshen::panel {

using Text = std::shared_ptr<const std::string>;

/// One page. When it falls more than the bound behind, its queue is dropped and it starts anew from a snapshot: a slow
/// page costs a bounded amount of memory and never sees a gap without knowing.
struct LiveClient {
    explicit LiveClient(const boost::asio::any_io_executor& executor) : wake(executor) {}
    std::string token;
    std::deque<Text> out;
    bool needs_snapshot = true;
    bool closed = false;
    int received = 0;                // frames from the page since the last heartbeat; it has nothing to say
    boost::asio::steady_timer wake;  // cancelled when there is something to do
};

class Live {
  public:
    explicit Live(std::size_t queue) : queue_(queue) {}
    void add(const std::shared_ptr<LiveClient>& client) { clients_.push_back(client); }
    void remove(const std::shared_ptr<LiveClient>& client);
    void publish(const boost::json::object& update);
    void wake_all();
    [[nodiscard]] std::size_t size() const noexcept { return clients_.size(); }

  private:
    std::size_t queue_;
    std::vector<std::shared_ptr<LiveClient>> clients_;
};

}  // namespace menshen::panel
