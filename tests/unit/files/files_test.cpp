#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>

#include "files/read.hpp"
#include "files/write.hpp"
#include "support/temporary_folder.hpp"
#include "support/text_file.hpp"

using namespace menshen;
using namespace menshen::files;
using support::TemporaryFolder;
using support::text_in;

namespace {

namespace fs = std::filesystem;

struct stat status_of(const fs::path& file) {
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status;
}

mode_t permissions_of(const fs::path& file) {
    return status_of(file).st_mode & 07777U;
}

std::ptrdiff_t count_in(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

/// No file of this process may grow beyond so many bytes.
class FileLimit {
  public:
    explicit FileLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);  // NOLINT: the error code is what is wanted
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;
    ~FileLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

  private:
    rlimit before_{};
};

class WorkingFolder {
  public:
    explicit WorkingFolder(const fs::path& folder) : before_(fs::current_path()) { fs::current_path(folder); }
    WorkingFolder(const WorkingFolder&) = delete;
    WorkingFolder& operator=(const WorkingFolder&) = delete;
    ~WorkingFolder() { fs::current_path(before_); }

  private:
    fs::path before_;
};

Errc code_of(const Status& status) {
    REQUIRE_FALSE(status);
    return status.error().code;
}

template <class T>
Errc code_of(const Result<T>& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

}  // namespace

TEST_CASE("a file is replaced whole, with exactly its mode, also over what a power cut has left") {
    const TemporaryFolder folder;
    const auto file = folder / "a";
    std::ofstream(folder / "a.coming") << "half of an older try, and longer than what comes";
    const auto before = ::umask(0077);
    CHECK(replace(file, "first"));
    CHECK(permissions_of(file) == 0600);
    CHECK(replace(file, "second", {.mode = 0644}));
    ::umask(before);
    CHECK(text_in(file) == "second");
    CHECK(permissions_of(file) == 0644);
    CHECK(count_in(folder.path()) == 1);
    CHECK(code_of(replace(folder / "no/where", "x")) == Errc::not_found);
    CHECK(replace(file, ""));
    CHECK(text_in(file).empty());
}

TEST_CASE("a file is given to its owner before it has its name") {
    if (::geteuid() != 0) return;  // nobody else may
    const TemporaryFolder folder;
    CHECK(replace(folder / "a", "text", {.mode = 0640, .owner = Owner{65'534, 65'533}}));
    CHECK(status_of(folder / "a").st_uid == 65'534);
    CHECK(status_of(folder / "a").st_gid == 65'533);
    CHECK(permissions_of(folder / "a") == 0640);
}

TEST_CASE("an unfinished file may lie elsewhere, and has no name of its own any more in the end") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "below");
    CHECK(replace(folder / "below/a", "text", {.unfinished = folder / "coming"}));
    CHECK(text_in(folder / "below/a") == "text");
    CHECK_FALSE(fs::exists(folder / "coming"));
}

TEST_CASE("a disk that takes no more leaves the old content, and no half of the new one") {
    const TemporaryFolder folder;
    const std::string large(100'000, 'x');
    REQUIRE(replace(folder / "a", "old"));
    {
        const FileLimit limit(10'000);
        const auto done = replace(folder / "a", large);
        CHECK(code_of(done) == Errc::io);
        CHECK(done.error().message.find("a.coming: ") != std::string::npos);
        CHECK(code_of(write_new(folder / "b", large)) == Errc::io);
    }
    CHECK(text_in(folder / "a") == "old");
    CHECK(count_in(folder.path()) == 1);
    CHECK(replace(folder / "a", large));
    CHECK(text_in(folder / "a") == large);
}

TEST_CASE("what cannot take its place goes away") {
    const TemporaryFolder folder;
    fs::create_directories(folder / "a/b");
    CHECK_FALSE(replace(folder / "a", "text"));
    CHECK(code_of(write_new(folder / "a", "text")) == Errc::conflict);
    CHECK_FALSE(files::rename(folder / "none", folder / "b"));
    CHECK(count_in(folder.path()) == 1);
}

TEST_CASE("a new file replaces nothing") {
    const TemporaryFolder folder;
    const auto before = ::umask(0077);
    CHECK(write_new(folder / "a", "first", 0640));
    ::umask(before);
    CHECK(permissions_of(folder / "a") == 0640);
    CHECK(code_of(write_new(folder / "a", "second")) == Errc::conflict);
    CHECK(text_in(folder / "a") == "first");
    CHECK(code_of(write_new(folder / "no/where", "x")) == Errc::not_found);
    CHECK(count_in(folder.path()) == 1);
}

TEST_CASE("no link is followed to what shall not be written") {
    const TemporaryFolder folder;
    std::ofstream(folder / "victim") << "kept";
    fs::create_symlink(folder / "victim", folder / "a.coming");
    CHECK(replace(folder / "a", "text"));
    fs::create_symlink(folder / "victim", folder / "b");
    CHECK(code_of(write_new(folder / "b", "text")) == Errc::conflict);
    CHECK(replace(folder / "b", "text"));
    CHECK_FALSE(fs::is_symlink(folder / "b"));
    fs::create_symlink(folder / "nothing", folder / "c");
    CHECK(code_of(write_new(folder / "c", "text")) == Errc::conflict);
    CHECK_FALSE(fs::exists(folder / "nothing"));
    CHECK(text_in(folder / "victim") == "kept");
    CHECK(text_in(folder / "a") == "text");
}

TEST_CASE("bytes may come one after another; without a place they go away again") {
    const TemporaryFolder folder;
    {
        auto coming = Unfinished::create(folder / "coming");
        REQUIRE(coming);
        CHECK(coming->append("one "));
        CHECK(coming->append("two"));
        CHECK(text_in(folder / "coming") == "one two");
        CHECK(permissions_of(folder / "coming") == 0600);
        CHECK(coming->put(folder / "a"));
        CHECK_FALSE(fs::exists(folder / "coming"));
    }
    CHECK(text_in(folder / "a") == "one two");
    {
        auto one = Unfinished::create_beside(folder / "a"), two = Unfinished::create_beside(folder / "a");
        REQUIRE(one);
        REQUIRE(two);
        CHECK(count_in(folder.path()) == 3);
        const auto moved = std::move(*one);
        CHECK(count_in(folder.path()) == 3);
    }
    CHECK(count_in(folder.path()) == 1);
}

TEST_CASE("a small file is read whole, up to its limit") {
    const TemporaryFolder folder;
    const auto file = folder / "a";
    for (const std::size_t size : {0, 1, 4095, 4096, 4097, 16'384, 70'000}) {
        std::string text(size, 'x');
        if (size > 0) text.back() = 'y';
        REQUIRE(replace(file, text));
        CHECK(read_small(file).value() == text);
        CHECK(read_small(file, size).value() == text);
        if (size > 0) CHECK(code_of(read_small(file, size - 1)) == Errc::invalid);
    }
    CHECK(read_small("/proc/self/status").value().starts_with("Name:"));
    CHECK(code_of(read_small(folder / "none")) == Errc::not_found);
    CHECK(code_of(read_small(file / "below")) == Errc::not_found);
    CHECK(code_of(read_small(folder.path())) == Errc::io);
    CHECK(read_small(folder / "none").error().message == (folder / "none").string() + ": No such file or directory");
}

TEST_CASE("what is read to a place of the caller's fills no more than that") {
    const TemporaryFolder folder;
    REQUIRE(replace(folder / "a", "0123456789"));
    std::string into(4, '.');
    CHECK(read_into(folder / "a", into).value() == 4);
    CHECK(into == "0123");
    into.assign(20, '.');
    CHECK(read_into(folder / "a", into).value() == 10);
    CHECK(into == "0123456789..........");
    CHECK(code_of(read_into(folder / "none", into)) == Errc::not_found);
}

TEST_CASE("what is removed stays so; what is not there is removed already") {
    const TemporaryFolder folder;
    REQUIRE(replace(folder / "a", "text"));
    CHECK(files::remove(folder / "a"));
    CHECK_FALSE(fs::exists(folder / "a"));
    CHECK(files::remove(folder / "a"));
    CHECK(files::remove(folder / "no/where"));
    fs::create_directory(folder / "b");
    CHECK_FALSE(files::remove(folder / "b"));
}

TEST_CASE("names without a folder lie in the working folder") {
    const TemporaryFolder folder;
    const WorkingFolder here(folder.path());
    CHECK(replace("a", "text"));
    CHECK(write_new("b", "text"));
    CHECK(files::rename("b", "c"));
    CHECK(read_small("c").value() == "text");
    CHECK(files::remove("c"));
    CHECK(sync_folder(""));
    fs::create_directory("below");
    CHECK(sync_folder("below"));
    CHECK(sync_file("a"));
    CHECK(code_of(sync_folder("none")) == Errc::not_found);
    CHECK(code_of(sync_folder("a")) == Errc::not_found);
    CHECK(code_of(sync_file("none")) == Errc::not_found);
    CHECK(count_in(folder.path()) == 2);
}

TEST_CASE("an error says where, what, and of which kind") {
    CHECK(failure("a/b", ENOSPC) == Error{Errc::exhausted, "a/b: No space left on device"});
    CHECK(failure("a", EDQUOT).code == Errc::exhausted);
    CHECK(failure("a", EACCES).code == Errc::denied);
    CHECK(failure("a", EPERM).code == Errc::denied);
    CHECK(failure("a", EEXIST).code == Errc::conflict);
    CHECK(failure("a", EROFS).code == Errc::io);
    CHECK(as_io(failure("a", EACCES)) == Error{Errc::io, "a: Permission denied"});
}

TEST_CASE("a descriptor is closed once, by the last who has it") {
    const TemporaryFolder folder;
    REQUIRE(replace(folder / "a", "text"));
    Descriptor one(::open((folder / "a").c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(one);
    const int fd = one.get();
    Descriptor two(std::move(one));
    CHECK_FALSE(one);  // NOLINT: what was moved from holds none
    CHECK(two.get() == fd);
    two.close();
    CHECK_FALSE(two);
    CHECK(::fcntl(fd, F_GETFD) == -1);
}
