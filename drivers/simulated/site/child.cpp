#include "director/child.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/json/parse.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

namespace menshen::director {
namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t longest_output = 1UL << 20U;

std::string words(const char* what) {
    return std::string(what) + ": " + std::generic_category().message(errno);
}

/// In the new process: nothing here may allocate or throw.
[[noreturn]] void become(char* const* arguments, char* const* environment, pid_t parent, int output, int log) {
    setpgid(0, 0);  // Ctrl-C in the terminal is for the director, who then ends them in order
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(1);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, ~0U, 0);  // a connection that we close later must not live on in a child
    execve(arguments[0], arguments, environment);
    _exit(127);
}

/// As execve wants them; `texts` must outlive it.
std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

/// Ours, and `over` in place of what has the same name.
std::vector<std::string> environment_over(const std::vector<std::string>& over) {
    std::vector<std::string> all = over;
    const auto same_name = [](const std::string& text, const std::string& with) {
        return text.substr(0, text.find('=') + 1) == with.substr(0, with.find('=') + 1);
    };
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string ours = *each;
        const bool hidden =
            std::any_of(over.begin(), over.end(), [&](const auto& with) { return same_name(ours, with); });
        if (!hidden) all.push_back(ours);
    }
    return all;
}

std::string describe(int status) {
    if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
    return "exit " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

struct Child::State : std::enable_shared_from_this<Child::State> {
    explicit State(const asio::any_io_executor& loop) : output(loop), life(loop), changed(loop) {}

    asio::posix::stream_descriptor output;
    asio::posix::stream_descriptor life;  // pidfd: readable when the process has ended
    Signal changed;
    Child* owner = nullptr;
    std::string input;
    std::ofstream log;
    std::optional<json::object> first;
    std::string said;
    pid_t pid = -1;
    bool ended = true;
    bool drained = false;  // its output was read to the end
    bool stopping = false;
    std::string how;

    void read() {
        asio::async_read_until(output, asio::dynamic_buffer(input, longest_output), '\n',
                               [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
                                   if (error) return self->all_said();
                                   self->take(self->input.substr(0, size));
                                   self->input.erase(0, size);
                                   self->read();
                               });
    }

    void all_said() {
        if (!input.empty()) take(std::exchange(input, {}));
        drained = true;
        changed.notify();
    }

    void take(const std::string& line) {
        log << line << std::flush;
        if (said.size() + line.size() <= longest_output) said += line;
        if (first) return;
        boost::system::error_code error;
        const auto value = json::parse(line, error);
        if (error || !value.is_object()) return;
        const auto* ready = value.get_object().if_contains("ready");
        if (ready == nullptr || !ready->is_bool() || !ready->get_bool()) return;
        first = value.get_object();
        changed.notify();
    }

    void watch() {
        life.async_wait(asio::posix::stream_descriptor::wait_read,
                        [self = shared_from_this()](const boost::system::error_code& error) {
                            if (!error) self->reap(WNOHANG);
                        });
    }

    void reap(int options) {
        int status = 0;
        if (ended || waitpid(pid, &status, options) != pid) return;
        ended = true;
        how = describe(status);
        boost::system::error_code ignored;
        life.close(ignored);
        changed.notify();
        if (!stopping && owner != nullptr && owner->on_lost) owner->on_lost();
    }
};

Child::Child(asio::any_io_executor loop, Command command)
    : command_(std::move(command)), state_(std::make_shared<State>(loop)) {
    state_->owner = this;
}

Child::~Child() {
    state_->owner = nullptr;
    if (running()) {
        kill(-state_->pid, SIGKILL);
        state_->reap(0);
    }
    boost::system::error_code ignored;
    state_->output.close(ignored);
}

Status Child::start() {
    auto arguments = pointers(command_.arguments);
    auto texts = environment_over(command_.environment);
    auto environment = pointers(texts);
    if (access(arguments[0], X_OK) != 0) return {Errc::not_found, words(arguments[0])};
    const int log = open(command_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0) return {Errc::io, words(command_.log.c_str())};
    std::array<int, 2> pipe{};
    if (pipe2(pipe.data(), O_CLOEXEC) != 0) {
        close(log);
        return {Errc::io, words("pipe")};
    }
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) become(arguments.data(), environment.data(), parent, pipe[1], log);
    close(pipe[1]);
    close(log);
    if (pid < 0) {
        close(pipe[0]);
        return {Errc::io, words("fork")};
    }
    setpgid(pid, pid);
    state_->pid = pid;
    state_->ended = false;
    state_->log.open(command_.log, std::ios::app);
    state_->output.assign(pipe[0]);
    state_->life.assign(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    state_->read();
    state_->watch();
    return {};
}

Task<Result<json::object>> Child::ready(Steady::duration within) {
    const auto state = state_;
    const std::function<bool()> over = [state] { return state->first.has_value() || state->ended; };
    co_await state->changed.until(over, within);
    if (state->first) co_return *state->first;
    if (state->ended)
        co_return Error{Errc::unavailable, command_.name + " ended (" + state->how + ") before it was ready"};
    co_return Error{Errc::timeout, command_.name + " did not say that it is ready"};
}

Task<bool> Child::ended(Steady::duration within) {
    const auto state = state_;
    const std::function<bool()> over = [state] { return state->ended && state->drained; };
    co_return co_await state->changed.until(over, within);
}

const std::string& Child::said() const {
    return state_->said;
}

Task<void> Child::stop(Steady::duration patience) {
    const auto state = state_;
    if (state->ended) co_return;
    state->stopping = true;
    kill(state->pid, SIGTERM);
    const std::function<bool()> over = [state] { return state->ended; };
    if (!co_await state->changed.until(over, patience)) {
        kill(-state->pid, SIGKILL);
        co_await state->changed.until(over, patience);
    }
}

bool Child::running() const {
    return !state_->ended;
}
pid_t Child::pid() const {
    return state_->pid;
}
std::string Child::end() const {
    return state_->ended ? state_->how : std::string{};
}

void adopt_orphans() {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

namespace {

/// "pid name" of every child of ours, from /proc/PID/stat: pid (name) state parent …
std::vector<std::pair<pid_t, std::string>> children() {
    std::vector<std::pair<pid_t, std::string>> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const auto name = entry.path().filename().string();
        pid_t pid = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
        std::ifstream file(entry.path() / "stat");
        std::string line;
        std::getline(file, line);
        const auto close = line.rfind(')');
        if (close == std::string::npos || line.size() < close + 4) continue;
        if (std::atoi(line.c_str() + close + 4) != getpid()) continue;
        found.emplace_back(pid, line.substr(line.find('(') + 1, close - line.find('(') - 1));
    }
    return found;
}

}  // namespace

std::vector<std::string> left_behind(Steady::duration patience) {
    const auto deadline = Steady::now() + patience;
    while (waitpid(-1, nullptr, WNOHANG) >= 0 && Steady::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    std::vector<std::string> names;
    for (const auto& [pid, name] : children()) {
        names.push_back(std::to_string(pid) + " " + name);
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    return names;
}

}  // namespace menshen::director
