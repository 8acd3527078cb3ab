// A program started by the director: dies with it, logs into a file of its own, says on its standard output when it is
// ready.
#pragma once

#include <boost/json/object.hpp>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "director/wait.hpp"
#include "values/result.hpp"

namespace menshen::director {

struct Command {
    std::string name;                        // for people
    std::vector<std::string> arguments;      // the program's path first
    std::string log;                         // file that its standard error and output are appended to
    std::vector<std::string> environment{};  // NAME=value, over ours
};

class Child {
  public:
    Child(boost::asio::any_io_executor loop, Command command);
    ~Child();  // kills what still runs
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] Status start();
    /// Its first line of JSON with "ready": true.
    [[nodiscard]] Task<Result<boost::json::object>> ready(Steady::duration within);
    /// True: it has ended by itself.
    [[nodiscard]] Task<bool> ended(Steady::duration within);
    /// What it wrote to its standard output so far, at most a mebibyte.
    [[nodiscard]] const std::string& said() const;
    /// SIGTERM, and SIGKILL to its process group when that is not enough.
    [[nodiscard]] Task<void> stop(Steady::duration patience);

    [[nodiscard]] bool running() const;
    [[nodiscard]] pid_t pid() const;
    [[nodiscard]] const Command& command() const { return command_; }
    /// "exit 1", "signal 9"; empty while it runs.
    [[nodiscard]] std::string end() const;
    /// It ended without stop().
    std::function<void()> on_lost;

  private:
    struct State;
    Command command_;
    std::shared_ptr<State> state_;
};

/// Orphans of our children become children of ours, so that none can hide.
void adopt_orphans();
/// Processes below this one that still live after `patience`: "pid name". They are killed.
[[nodiscard]] std::vector<std::string> left_behind(Steady::duration patience);

}  // namespace menshen::director
