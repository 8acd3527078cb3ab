// The eye's end of the gate's socket.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "eye/outbox.hpp"

namespace menshen::eye {

/// A thread of its own connects, says hello, sends, and connects again when the gate was away: a missing gate is
/// normal. push() never blocks on the socket. Thread-safe.
class Sender {
  public:
    Sender(std::string socket, eye_message::Hello hello);
    ~Sender();
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    void push(const eye_message::Message& message);
    /// How often the gate has asked for views. Noticed with the next message that goes out: a beat goes every second.
    [[nodiscard]] std::uint64_t asked() const { return asked_; }

  private:
    void listen(int connection);
    void run(const std::stop_token& stop);
    bool converse(int connection, const std::stop_token& stop);

    std::string socket_;
    eye_message::Hello hello_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    Outbox outbox_;
    std::atomic<std::uint64_t> asked_{0};
    std::jthread thread_;  // last: it uses everything above
};

/// A non-blocking descriptor, or the reason.
[[nodiscard]] Result<int> connect_unix(const std::string& path);
/// Writes all of it or fails within `patience`.
[[nodiscard]] Status write_all(int connection, const std::vector<std::uint8_t>& bytes, int patience_ms);
/// One connection that says hello and one beat: how the parent reports a child that cannot speak. Takes at most half a
/// second.
[[nodiscard]] Status report_once(const std::string& socket, const eye_message::Hello& hello,
                                 const eye_message::Beat& beat);

}  // namespace menshen::eye
