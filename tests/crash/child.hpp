// A process of its own that is killed, and memory that it shares with its parent.
#pragma once

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <stdexcept>

namespace menshen::test {

/// Lies in memory that parent and child share.
template <class T>
struct Shared {
    Shared() : value(new (::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) T{}) {}
    ~Shared() { ::munmap(value, sizeof(T)); }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    T* value;
};

/// Runs `work` in a process of its own. True: it ended by SIGKILL.
template <class Work>
bool killed(Work work) {
    std::cout.flush();
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(126);
        try {
            work();
        } catch (...) {
            std::cout.flush();  // what the failed check said
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error("the child went wrong before its point came");
    return false;
}

}  // namespace menshen::test
