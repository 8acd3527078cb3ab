#include "process.hpp"

#include <boost/json/parse.hpp>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

extern char** environ;

namespace menshen::test {
namespace {

pid_t start(const std::vector<std::string>& command, int out) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    pid_t pid = -1;
    const int error = posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + command[0]);
    return pid;
}

}  // namespace

std::string read_line(int fd, std::string& buffer, int milliseconds) {
    for (;;) {
        const auto end = buffer.find('\n');
        if (end != std::string::npos) {
            std::string line = buffer.substr(0, end);
            buffer.erase(0, end + 1);
            return line;
        }
        pollfd waiting{fd, POLLIN, 0};
        if (::poll(&waiting, 1, milliseconds) <= 0) return {};
        std::array<char, 4096> chunk{};
        const auto got = ::read(fd, chunk.data(), chunk.size());
        if (got <= 0) return {};
        buffer.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

Process::Process(const std::vector<std::string>& command) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    out_ = ends[0];
    pid_ = start(command, ends[1]);
    ::close(ends[1]);
}

Process::~Process() {
    ::close(out_);
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
}

boost::json::object Process::line(int milliseconds) {
    const std::string text = read_line(out_, buffer_, milliseconds);
    return text.empty() ? boost::json::object{} : boost::json::parse(text).as_object();
}

}  // namespace menshen::test
