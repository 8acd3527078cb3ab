// A thread of its own for one kind of work, with a short queue before it.
#pragma once

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "camera/source.hpp"
#include "values/time.hpp"

namespace menshen::eye {

struct StageOptions {
    std::string name;        // of the thread, at most 15 characters
    std::size_t places = 1;  // jobs that may wait
    int nice = 0;            // less of a busy processor than the process's other threads
};

/// Jobs are done in the order in which they came. Thread-safe. Its end waits for the job at hand and gives up those
/// that wait. A job that never ends shows in began(): whoever owns the process watches it.
template <class Job>
class Stage {
  public:
    Stage(StageOptions options, std::function<void(Job&)> work)
        : places_(options.places), work_(std::move(work)), thread_([this, options](const std::stop_token& stop) {
              ::pthread_setname_np(::pthread_self(), options.name.c_str());
              if (options.nice > 0) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), options.nice);
              run(stop);
          }) {}
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    ~Stage() = default;

    /// Never waits: where every place is taken the oldest is given up, the newest wins.
    void push(Job job) {
        const std::scoped_lock lock(mutex_);
        if (jobs_.size() >= places_) jobs_.pop_front();
        jobs_.push_back(std::move(job));
        changed_.notify_all();
    }
    /// Waits for a place, or for the end of everything that was pushed, for at most `patience`.
    [[nodiscard]] bool room(milliseconds patience) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [this] { return jobs_.size() < places_; });
    }
    [[nodiscard]] bool idle(milliseconds patience) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [this] { return jobs_.empty() && began_ == Instant::max(); });
    }
    /// When the job at hand was begun; Instant::max() without one.
    [[nodiscard]] Instant began() const {
        const std::scoped_lock lock(mutex_);
        return began_;
    }

  private:
    void run(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (changed_.wait(lock, stop, [this] { return !jobs_.empty(); }) && !stop.stop_requested()) {
            Job job = std::move(jobs_.front());
            jobs_.pop_front();
            began_ = camera::boot_now();
            changed_.notify_all();
            lock.unlock();
            work_(job);
            lock.lock();
            began_ = Instant::max();
            changed_.notify_all();
        }
    }

    std::size_t places_;
    std::function<void(Job&)> work_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Job> jobs_;
    Instant began_ = Instant::max();
    std::jthread thread_;  // last: it uses everything above
};

}  // namespace menshen::eye
