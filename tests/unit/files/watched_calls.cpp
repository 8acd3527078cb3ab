#include "watched_calls.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace menshen::files::test {

namespace {

struct Watching {
    Calls calls;
    std::string failing;
    int reason = 0;
};
Watching* watching = nullptr;

/// True: the call may go on.
bool may(const char* call) {
    if (watching == nullptr) return true;
    watching->calls.emplace_back(call);
    if (watching->failing != call) return true;
    errno = watching->reason;
    return false;
}

}  // namespace

Calls calls_of(const std::function<void()>& work) {
    return calls_with({}, 0, work);
}

Calls calls_with(const std::string& failing, int reason, const std::function<void()>& work) {
    Watching here{{}, failing, reason};
    watching = &here;
    work();
    watching = nullptr;
    return here.calls;
}

}  // namespace menshen::files::test

using menshen::files::test::may;

// Found before libc's. Under other names here, since libc's headers may have some of their own to check them by.
#define IN_HAND(name) __attribute__((visibility("default"))) name##_in_hand
extern "C" ssize_t IN_HAND(write)(int file, const void* bytes, std::size_t size) __asm__("write");
extern "C" int IN_HAND(fsync)(int file) __asm__("fsync");
extern "C" int IN_HAND(rename)(const char* from, const char* to) __asm__("rename");
extern "C" int IN_HAND(renameat2)(int a, const char* from, int b, const char* to, unsigned how) __asm__("renameat2");
extern "C" int IN_HAND(link)(const char* from, const char* to) __asm__("link");
extern "C" int IN_HAND(unlink)(const char* file) __asm__("unlink");
#undef IN_HAND

extern "C" ssize_t write_in_hand(int file, const void* bytes, std::size_t size) {
    return may("write") ? ::syscall(SYS_write, file, bytes, size) : -1;
}

extern "C" int fsync_in_hand(int file) {
    struct stat of {};
    const bool folder = ::fstat(file, &of) == 0 && S_ISDIR(of.st_mode);
    return may(folder ? "sync folder" : "sync") ? static_cast<int>(::syscall(SYS_fsync, file)) : -1;
}

extern "C" int rename_in_hand(const char* from, const char* to) {
    if (!may("rename")) return -1;
    return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

extern "C" int renameat2_in_hand(int a, const char* from, int b, const char* to, unsigned how) {
    return may("rename over nothing") ? static_cast<int>(::syscall(SYS_renameat2, a, from, b, to, how)) : -1;
}

extern "C" int link_in_hand(const char* from, const char* to) {
    return may("link") ? static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0)) : -1;
}

extern "C" int unlink_in_hand(const char* file) {
    return may("unlink") ? static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, file, 0)) : -1;
}
