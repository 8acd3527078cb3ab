#include "eye/parent.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "camera/source.hpp"
#include "eye/sender.hpp"

namespace menshen::eye {
namespace {

constexpr int heartbeat_fd = 3;  // in the child
constexpr int poll_ms = 100;
constexpr Duration farewell = seconds(2);  // from SIGTERM to SIGKILL

struct Kept {
    CameraOptions options;
    Watch watch;
    pid_t pid = -1;
    int heartbeat = -1;
    bool killed = false;  // by us, for silence
};

struct Pipe {
    int read = -1, write = -1;
};

Result<Pipe> new_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {Errc::io, std::string("pipe: ") + std::strerror(errno)};
    return Pipe{ends[0], ends[1]};
}

void close_both(const Result<Pipe>& pipe) {
    if (!pipe) return;
    ::close(pipe->read);
    ::close(pipe->write);
}

/// After fork, in the child: only async-signal-safe calls.
[[noreturn]] void become_child(const char* program, int input, int heartbeat, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    // What a hostile stream may take over gains nothing by a set-user-id program, and leaves no camera's password
    // behind.
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int kept =
        ::fcntl(heartbeat, F_DUPFD_CLOEXEC, heartbeat_fd + 1);  // dup2 onto itself would keep close-on-exec
    ::dup2(input, STDIN_FILENO);
    ::dup2(kept, heartbeat_fd);
    ::execl(program, "menshen-eye", "--child", static_cast<char*>(nullptr));
    ::_exit(127);
}

class Parent {
  public:
    Parent(const std::vector<CameraOptions>& cameras, std::string program, WatchPolicy policy)
        : program_(std::move(program)) {
        for (const auto& camera : cameras) children_.push_back({camera, Watch(policy)});
    }

    int run() {
        sigset_t ends;
        ::sigemptyset(&ends);
        for (const int signal : {SIGTERM, SIGINT}) ::sigaddset(&ends, signal);
        ::sigprocmask(SIG_BLOCK, &ends, nullptr);
        ::signal(SIGPIPE, SIG_IGN);
        signals_ = ::signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
        while (!wait()) {
            bury();
            for (auto& child : children_) tend(child);
        }
        end_all();
        ::close(signals_);
        return 0;
    }

  private:
    /// Waits for heartbeats or a signal; true = a signal came.
    bool wait() {
        std::vector<pollfd> waited{{signals_, POLLIN, 0}};
        for (const auto& child : children_) {
            if (child.heartbeat >= 0) waited.push_back({child.heartbeat, POLLIN, 0});
        }
        if (::poll(waited.data(), waited.size(), poll_ms) <= 0) return false;
        if ((waited[0].revents & POLLIN) != 0) return true;
        bool hung_up = false;
        for (auto& child : children_) hung_up |= !listen(child);
        if (hung_up) ::poll(nullptr, 0, 20);  // a closed pipe is always ready; its child is buried in a moment
        return false;
    }

    /// False if the pipe is closed at the other end.
    static bool listen(Kept& child) {
        std::array<char, 256> bytes{};
        if (child.heartbeat < 0) return true;
        const auto n = ::read(child.heartbeat, bytes.data(), bytes.size());
        if (n > 0) child.watch.heartbeat(camera::boot_now());
        return n != 0;
    }

    void bury() {
        for (auto& child : children_) {
            int status = 0;
            if (child.pid < 0 || ::waitpid(child.pid, &status, WNOHANG) != child.pid) continue;
            ::close(child.heartbeat);
            child.pid = child.heartbeat = -1;
            child.watch.exited(camera::boot_now());
            tell(child,
                 child.killed ? "the camera's process hung and was ended; it starts again"
                 : WIFSIGNALED(status)
                     ? fmt::format("the camera's process died (signal {}); it starts again", WTERMSIG(status))
                 : WEXITSTATUS(status) == 2
                     ? "the eye cannot start; see its log"
                     : fmt::format("the camera's process ended (status {}); it starts again", WEXITSTATUS(status)));
        }
    }

    void tend(Kept& child) {
        switch (child.watch.tick(camera::boot_now())) {
            case Watch::Action::none:
                return;
            case Watch::Action::kill:
                child.killed = true;
                ::kill(child.pid, SIGKILL);
                return;
            case Watch::Action::start:
                if (const auto started = start(child); !started) {
                    child.watch.exited(camera::boot_now());
                    tell(child, "the camera's process cannot be started: " + started.error().message);
                }
        }
    }

    Status start(Kept& child) {
        const auto input = new_pipe(), beats = new_pipe();
        if (!input || !beats) {
            close_both(input);
            close_both(beats);
            return input ? beats.error() : input.error();
        }
        const pid_t self = ::getpid();
        const pid_t pid = ::fork();
        if (pid == 0) become_child(program_.c_str(), input->read, beats->write, self);
        ::close(input->read);
        ::close(beats->write);
        const auto text = to_text(child.options);
        const bool told = pid > 0 && text.size() < 60'000 &&
                          ::write(input->write, text.data(), text.size()) == static_cast<ssize_t>(text.size());
        ::close(input->write);
        if (pid < 0) {
            ::close(beats->read);
            return {Errc::exhausted, "no process can be started; is the box out of memory or of tasks?"};
        }
        ::fcntl(beats->read, F_SETFL, O_NONBLOCK);
        child.pid = pid;
        child.heartbeat = beats->read;
        child.killed = false;
        child.watch.started(camera::boot_now());
        if (!told) ::kill(pid, SIGKILL);
        fmt::print("{{\"child\":\"{}\",\"pid\":{}}}\n", child.options.id, pid);
        std::fflush(stdout);
        return {};
    }

    /// The gate raises a fault for the lane; the next child's beat clears it.
    void tell(const Kept& child, const std::string& detail) const {
        spdlog::error("camera {}: {}", child.options.id, detail);
        eye_message::Beat beat;
        beat.camera = child.options.id;
        beat.state = "failed";
        beat.detail = detail;
        const auto sent =
            report_once(child.options.socket, {child.options.id, child.options.lane, 1, ::getpid()}, beat);
        if (!sent) spdlog::debug("camera {}: the gate was not told: {}", child.options.id, sent.error().message);
    }

    void end_all() {
        for (auto& child : children_) {
            if (child.pid > 0) ::kill(child.pid, SIGTERM);
        }
        const Instant deadline = camera::boot_now() + farewell;
        for (auto& child : children_) {
            while (child.pid > 0 && ::waitpid(child.pid, nullptr, WNOHANG) == 0) {
                if (camera::boot_now() > deadline) ::kill(child.pid, SIGKILL);
                ::poll(nullptr, 0, 10);
            }
            if (child.heartbeat >= 0) ::close(child.heartbeat);
        }
    }

    std::string program_;
    std::vector<Kept> children_;
    int signals_ = -1;
};

}  // namespace

int run_parent(const std::vector<CameraOptions>& cameras, const std::string& program, WatchPolicy policy) {
    return Parent(cameras, program, policy).run();
}

}  // namespace menshen::eye
