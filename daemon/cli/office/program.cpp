#include "program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace menshen::office {

namespace {

namespace fs = std::filesystem;

constexpr int tick_ms = 500;

/// Everything that it says, up to its end.
std::string all_from(int descriptor, const std::function<void()>& tick) {
    std::string out;
    std::array<char, 4096> piece{};
    for (;;) {
        pollfd waiting{descriptor, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, tick ? tick_ms : -1);
        if (ready == 0) tick();
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        const auto n = ::read(descriptor, piece.data(), piece.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return out;
        out.append(piece.data(), static_cast<std::size_t>(n));
    }
}

int code_of(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

fs::path program_beside_this(const std::string& name) {
    std::error_code unknown;
    return fs::read_symlink("/proc/self/exe", unknown).parent_path() / name;
}

Result<Ended> run_program(const std::vector<std::string>& words, const std::function<void()>& tick) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {Errc::internal, std::strerror(errno)};
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));  // POSIX's signature
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files{};
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    pid_t child = -1;
    const int failed = ::posix_spawn(&child, arguments[0], &files, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    Ended ended;
    if (failed == 0) ended.out = all_from(ends[0], tick);
    ::close(ends[0]);
    if (failed != 0) return {Errc::not_found, fmt::format("{}: {}", words[0], std::strerror(failed))};
    ended.code = code_of(child);
    return ended;
}

}  // namespace menshen::office
