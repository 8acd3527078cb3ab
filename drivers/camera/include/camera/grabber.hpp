// Keeps the newest frame of a camera: a slow consumer sees the present, never a queue of the past.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "camera/source.hpp"

namespace menshen::camera {

struct Status {
    enum class State { opening, running, failed, ended } state = State::opening;
    std::string detail;  // what failed and what to check
    int width = 0, height = 0;
    std::uint64_t frames = 0;
    Instant due = Instant::max();  // when the call into the video library that runs now must be back; max = none runs
};

/// A thread of its own opens the source, reads, and opens it again after failures (pauses of 0.5 s growing to 10 s,
/// short again after a source that gave a frame). Memory: the newest frame and the one being decoded. Thread-safe.
///
/// A call that is not back when it is due will never be: the library hangs, and only the end of the process helps.
/// Whoever owns the process watches status().due. Reading is due after longest_next() and 1.5 s for the decoder on a
/// busy box (3.5 s with the usual options); opening after open_timeout, the diagnosis of a
/// refusal, and the same (8 s).
class Grabber {
  public:
    explicit Grabber(Options options);
    ~Grabber();  // waits for the read in progress, at most the longer timeout
    Grabber(const Grabber&) = delete;
    Grabber& operator=(const Grabber&) = delete;

    /// The newest frame with a number above `after`, waiting for at most `patience`; none if nothing newer came.
    [[nodiscard]] std::optional<Frame> newer_than(std::uint64_t after, milliseconds patience);
    [[nodiscard]] Status status() const;

  private:
    void run(const std::stop_token& stop);
    bool play(Source& source, const std::stop_token& stop);
    void show(Picture picture);
    void report(Status::State state, std::string detail);
    void due_within(Duration time);
    void at_rest();
    Result<std::unique_ptr<Source>> open();
    void close(std::unique_ptr<Source> source);
    void pause(milliseconds length, const std::stop_token& stop);

    Options options_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    Frame newest_;
    Status status_;
    std::jthread thread_;  // last: it uses everything above
};

}  // namespace menshen::camera
