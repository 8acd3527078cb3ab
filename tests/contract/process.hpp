// A program under the test's control: started with its output on a pipe, ended by its id.
#pragma once

#include <boost/json/object.hpp>
#include <sys/types.h>

#include <string>
#include <vector>

namespace menshen::test {

/// The next line from fd, or an empty text after `milliseconds` or at the end.
[[nodiscard]] std::string read_line(int fd, std::string& buffer, int milliseconds);

class Process {
  public:
    /// command[0] is a path.
    explicit Process(const std::vector<std::string>& command);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// The next line of its output as JSON; empty after `milliseconds`.
    [[nodiscard]] boost::json::object line(int milliseconds = 10'000);
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    pid_t pid_ = -1;
    int out_ = -1;
    std::string buffer_;
};

}  // namespace menshen::test
