// A gate that listens: everything an eye says, in order. It asks for views when told to.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "values/eye_message.hpp"

namespace menshen::test {

class FakeGate {
  public:
    explicit FakeGate(std::string path);
    ~FakeGate();
    FakeGate(const FakeGate&) = delete;
    FakeGate& operator=(const FakeGate&) = delete;

    /// Waits for a message that came after the last clear() and fits.
    bool hears(int ms, const std::function<bool(const eye_message::Message&)>& fits);
    void clear();
    /// Once, every eye that is connected.
    void ask_views() { asking_ = true; }
    /// A connection broke the protocol.
    [[nodiscard]] bool offended() const { return offended_; }

  private:
    void serve();
    std::string path_;
    std::atomic<bool> stop_{false}, offended_{false}, asking_{false};
    std::mutex mutex_;
    std::deque<eye_message::Message> heard_;
    int listener_ = -1;
    std::thread thread_;
};

/// A beat with this state whose detail holds the text.
std::function<bool(const eye_message::Message&)> beat(std::string state, std::string detail = {});

}  // namespace menshen::test
