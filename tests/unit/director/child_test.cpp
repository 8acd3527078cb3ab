#include "director/child.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "finish.hpp"
#include "support/text_file.hpp"

using namespace menshen;
using namespace menshen::director;
using namespace std::chrono_literals;

namespace {

struct Folder {
    std::string path;
    Folder() {
        auto name = (std::filesystem::temp_directory_path() / "menshen-child-XXXXXX").string();
        path = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

Task<bool> stopped(Child& child, Steady::duration patience) {
    co_await child.stop(patience);
    co_return !child.running();
}

Command shell(const Folder& folder, const std::string& script) {
    return {"a script", {"/bin/sh", "-c", script}, folder.path + "/log"};
}

}  // namespace

TEST_CASE("a child says when it is ready; its other words go to its log") {
    const Folder folder;
    boost::asio::io_context io;
    Child child(io.get_executor(),
                shell(folder, R"(echo oh >&2; echo hello; echo '{"ready":true,"port":17}'; exec sleep 30)"));
    REQUIRE(child.start().ok());
    const auto ready = finish(io, child.ready(5s));
    REQUIRE(ready.ok());
    CHECK(ready.value().at("port") == 17);
    CHECK(finish(io, stopped(child, 2s)));
    const auto log = support::text_in(folder.path + "/log");
    CHECK(log.find("hello") != std::string::npos);
    CHECK(log.find("oh") != std::string::npos);
}

TEST_CASE("a child that ends before it is ready says how; one that is no program says so") {
    const Folder folder;
    boost::asio::io_context io;
    Child child(io.get_executor(), shell(folder, "exit 3"));
    bool lost = false;
    child.on_lost = [&] { lost = true; };
    REQUIRE(child.start().ok());
    CHECK(finish(io, child.ready(5s)).error().message == "a script ended (exit 3) before it was ready");
    CHECK(lost);
    Child none(io.get_executor(), {"none", {folder.path + "/none"}, folder.path + "/log"});
    CHECK(none.start().error().code == Errc::not_found);
}

TEST_CASE("what a tool says is whole when it has ended, and its surroundings are ours but for what is given") {
    const Folder folder;
    boost::asio::io_context io;
    REQUIRE(::setenv("MENSHEN_TEST_KEPT", "kept", 1) == 0);
    REQUIRE(::setenv("MENSHEN_TEST_OVER", "ours", 1) == 0);
    auto command = shell(folder, R"(echo "$MENSHEN_TEST_KEPT $MENSHEN_TEST_OVER"; printf 'no end of line')");
    command.environment = {"MENSHEN_TEST_OVER=given"};
    Child child(io.get_executor(), command);
    REQUIRE(child.start().ok());
    CHECK(finish(io, child.ended(5s)));
    CHECK(child.end() == "exit 0");
    CHECK(child.said() == "kept given\nno end of line");
}

TEST_CASE("a tool that does not end is waited for only so long") {
    const Folder folder;
    boost::asio::io_context io;
    Child child(io.get_executor(), shell(folder, "exec sleep 30"));
    REQUIRE(child.start().ok());
    CHECK_FALSE(finish(io, child.ended(50ms)));
    CHECK(finish(io, stopped(child, 2s)));
}

TEST_CASE("what we have open is not open in a child: closing it here closes it") {
    const Folder folder;
    boost::asio::io_context io;
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);  // as asio opens its sockets: an exec keeps them
    Child child(io.get_executor(), shell(folder, R"(echo '{"ready":true}'; exec sleep 30)"));
    REQUIRE(child.start().ok());
    REQUIRE(finish(io, child.ready(5s)).ok());
    close(ends[1]);
    pollfd reading{ends[0], POLLIN, 0};
    REQUIRE(poll(&reading, 1, 2'000) == 1);
    char nothing = 0;
    CHECK(read(ends[0], &nothing, 1) == 0);
    close(ends[0]);
    CHECK(finish(io, stopped(child, 2s)));
}

TEST_CASE("a child that ignores SIGTERM is killed, and so is what it started") {
    const Folder folder;
    boost::asio::io_context io;
    Child child(io.get_executor(),
                shell(folder, R"(trap '' TERM; sleep 30 & echo "{\"ready\":true,\"sleeper\":$!}"; wait; sleep 30)"));
    REQUIRE(child.start().ok());
    const auto ready = finish(io, child.ready(5s));
    REQUIRE(ready.ok());
    CHECK(finish(io, stopped(child, 100ms)));
    CHECK(child.end() == "signal 9");
    const auto sleeper = static_cast<pid_t>(ready.value().at("sleeper").to_number<int>());
    for (int i = 0; i < 200 && kill(sleeper, 0) == 0; ++i) usleep(10'000);
    CHECK(kill(sleeper, 0) != 0);
}

TEST_CASE("orphans are found, named and ended") {
    const Folder folder;
    adopt_orphans();
    boost::asio::io_context io;
    Child child(io.get_executor(), shell(folder, R"(setsid sleep 300 & echo '{"ready":true}')"));
    REQUIRE(child.start().ok());
    REQUIRE(finish(io, child.ready(5s)).ok());
    finish(io, stopped(child, 1s));
    const auto left = left_behind(200ms);
    REQUIRE(left.size() == 1);
    CHECK(left.front().find("sleep") != std::string::npos);
    CHECK(left_behind(200ms).empty());
}
