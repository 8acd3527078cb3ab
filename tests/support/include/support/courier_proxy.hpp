// Between a courier and a gate's courier.sock: frames that a test may double, lose or change. A thread of its own;
// blocking inside, so at most a few couriers.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "values/courier_message.hpp"

namespace menshen::support {

class CourierProxy {
  public:
    /// What becomes of a question on its way to the gate. On the proxy's threads.
    using Change = std::function<void(courier_message::Frame& question)>;

    CourierProxy(std::string listen, std::string gate);
    ~CourierProxy();
    CourierProxy(const CourierProxy&) = delete;
    CourierProxy& operator=(const CourierProxy&) = delete;

    /// Every question reaches the gate that many times, but for the pieces of an upload; the last answer goes back.
    void repeat(int times);
    /// So many of the next answers are swallowed, and their connection ends.
    void lose_answers(int count);
    /// Set before a courier connects.
    void change(Change how);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen::support
