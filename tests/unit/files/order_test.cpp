// What a power cut finds is decided by the order of what is asked for: bytes, then name, then folder.
#include <doctest/doctest.h>

#include <cerrno>

#include "files/write.hpp"
#include "support/temporary_folder.hpp"
#include "support/text_file.hpp"
#include "watched_calls.hpp"

using namespace menshen;
using namespace menshen::files;
using namespace menshen::files::test;
using support::TemporaryFolder;
using support::text_in;

namespace {

/// What is in the folder, by name.
std::vector<std::string> names_in(const TemporaryFolder& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        names.push_back(entry.path().filename().string());
    }
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("bytes are on the disk before they get their name, and the name before anybody is told") {
    const TemporaryFolder folder;
    Status done;
    CHECK(calls_of([&] { done = replace(folder / "a", "one"); }) ==
          Calls{"unlink", "write", "sync", "rename", "sync folder"});
    REQUIRE(done);
    CHECK(calls_of([&] { done = write_new(folder / "b", "two"); }) ==
          Calls{"write", "sync", "rename over nothing", "sync folder"});
    REQUIRE(done);
    CHECK(calls_of([&] { done = files::remove(folder / "b"); }) == Calls{"unlink", "sync folder"});
    REQUIRE(done);
    std::filesystem::create_directory(folder / "below");
    CHECK(calls_of([&] { done = files::rename(folder / "a", folder / "below/a"); }) ==
          Calls{"rename", "sync folder", "sync folder"});
    REQUIRE(done);
    CHECK(text_in(folder / "below/a") == "one");
}

TEST_CASE("whatever fails before the name, the old content stays and nothing is left lying about") {
    const TemporaryFolder folder;
    const auto file = folder / "a";
    REQUIRE(replace(file, "old"));
    for (const char* failing : {"write", "sync", "rename"}) {
        Status done;
        calls_with(failing, ENOSPC, [&] { done = replace(file, "new"); });
        REQUIRE_FALSE(done);
        CHECK(done.error().code == Errc::exhausted);
        CHECK(done.error().message.starts_with(file.string()));
        CHECK(text_in(file) == "old");
        CHECK(names_in(folder) == Names{"a"});
    }
    for (const char* failing : {"write", "sync", "rename over nothing"}) {
        Status done;
        calls_with(failing, EIO, [&] { done = write_new(folder / "b", "new"); });
        REQUIRE_FALSE(done);
        CHECK(done.error().code == Errc::io);
        CHECK(names_in(folder) == Names{"a"});
    }
}

TEST_CASE("a folder that cannot be synced is an error, though the new content may be seen") {
    const TemporaryFolder folder;
    Status done;
    calls_with("sync folder", EIO, [&] { done = replace(folder / "a", "new"); });
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::io);
    CHECK(text_in(folder / "a") == "new");
    calls_with("sync folder", EINVAL, [&] { done = replace(folder / "a", "newer"); });
    CHECK(done);  // there is nothing to sync in a folder of that file system
}

TEST_CASE("where a file system cannot rename over nothing, a link does it") {
    const TemporaryFolder folder;
    Status done;
    const auto calls = calls_with("rename over nothing", EINVAL, [&] { done = write_new(folder / "a", "one"); });
    REQUIRE(done);
    CHECK(calls == Calls{"write", "sync", "rename over nothing", "link", "unlink", "sync folder"});
    CHECK(text_in(folder / "a") == "one");
    calls_with("rename over nothing", EINVAL, [&] { done = write_new(folder / "a", "two"); });
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::conflict);
    CHECK(text_in(folder / "a") == "one");
    CHECK(names_in(folder) == Names{"a"});
}
