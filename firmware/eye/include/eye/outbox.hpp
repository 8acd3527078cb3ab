// What waits for the gate's socket: reads before pictures before the view, newest before oldest when it is full.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "values/eye_message.hpp"

namespace menshen::eye {

/// Not thread-safe; Sender locks. Memory: at most 256 reads and beats, 4 MiB of pictures plus one, and one view: who
/// aims a camera wants the newest, and takes no place from the pictures that are evidence.
class Outbox {
  public:
    using Bytes = std::vector<std::uint8_t>;

    static constexpr std::size_t most_messages = 256;
    static constexpr std::size_t most_picture_bytes = 4U << 20U;

    void push(const eye_message::Message& message);
    [[nodiscard]] std::optional<Bytes> pop();
    [[nodiscard]] bool empty() const { return messages_.empty() && pictures_.empty() && !view_; }
    /// Messages given up since the start, for the log.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

  private:
    std::deque<Bytes> messages_;
    std::deque<Bytes> pictures_;
    std::optional<Bytes> view_;
    std::size_t picture_bytes_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace menshen::eye
