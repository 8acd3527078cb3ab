// The clock of the wall and of this thread.
#pragma once

#include <time.h>

#include <chrono>

namespace menshen::eval {

class Stopwatch {
  public:
    [[nodiscard]] double ms() const {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_).count();
    }
    /// Of processor time that this thread took: what a busy machine does not change.
    [[nodiscard]] double cpu_ms() const { return cpu_now() - cpu_began_; }

  private:
    static double cpu_now() {
        timespec t{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
    }
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    double cpu_began_ = cpu_now();
};

}  // namespace menshen::eval
