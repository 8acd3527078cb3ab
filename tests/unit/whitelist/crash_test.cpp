// kill -9 in the middle of imports, and readers beside a writer that imports.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <random>
#include <thread>

#include "fixture.hpp"

using namespace menshen;
using namespace menshen::whitelist;

namespace {

/// Generation `n`: 300 plates, each with holder "n", so that a mixture of two generations can be seen.
std::vector<ImportRow> generation(int n) {
    std::vector<ImportRow> rows;
    for (int i = 0; i < 300; ++i) rows.push_back(row(i + 2, fmt::format("浙B{:05}", 10000 + i), std::to_string(n)));
    return rows;
}

/// Imports generation after generation, telling each committed one on `pipe`, until it is killed.
[[noreturn]] void import_for_ever(const std::filesystem::path& file, int pipe) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    auto opened = WhitelistWriter::open(file, noon.utc);
    for (int n = 1; opened.ok(); ++n) {
        auto report = opened->writer.import({"admin", generation(n), false}, noon.utc);
        if (!report || !report->committed) break;
        if (::write(pipe, &n, sizeof n) != sizeof n) break;
    }
    ::_exit(1);
}

}  // namespace

TEST_CASE("kill -9 in the middle of imports: every committed import is there whole") {
    std::mt19937 random(7);
    for (int round = 0; round < 12; ++round) {
        support::TemporaryFolder folder;
        const auto file = folder / "whitelist.db";
        int pipe[2];
        REQUIRE(::pipe(pipe) == 0);
        const pid_t child = ::fork();
        if (child == 0) import_for_ever(file, pipe[1]);
        ::close(pipe[1]);
        int acknowledged = 0;
        for (int wanted = 1 + static_cast<int>(random() % 4); acknowledged < wanted;) {
            REQUIRE(::read(pipe[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
        }
        ::usleep(static_cast<useconds_t>(random() % 20'000));  // into the next import, at no particular point
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        for (int n = 0; ::read(pipe[0], &n, sizeof n) == sizeof n;) acknowledged = n;
        ::close(pipe[0]);

        auto opened = WhitelistWriter::open(file, noon.utc);
        REQUIRE(opened.ok());
        CHECK_FALSE(opened->set_aside);
        auto reader = WhitelistReader::open(file);
        CHECK(reader->check().ok());
        CHECK(reader->summary()->credentials == 300);
        const std::vector<std::string> plates = {"浙B10000", "浙B10150", "浙B10299"};
        auto answer = reader->look_up(plates);
        REQUIRE(answer.ok());
        const std::string holder = answer->listings[0].permits.at(0).second.holder;
        CHECK(std::stoi(holder) >= acknowledged);
        for (const auto& listing : answer->listings) CHECK(listing.permits.at(0).second.holder == holder);
    }
}

TEST_CASE("a reader beside a writer that imports sees one generation or the other, never both") {
    List list;
    REQUIRE(list.writer.import({"admin", generation(0), false}, noon.utc)->committed);
    std::atomic<bool> done{false};
    std::jthread writing([&] {
        for (int n = 1; n <= 30; ++n) {
            if (!list.writer.import({"admin", generation(n), false}, noon.utc)) break;
        }
        done = true;
    });
    const std::vector<std::string> plates = {"浙B10000", "浙B10150", "浙B10299"};
    int looked = 0;
    int mixed = 0;
    int failed = 0;
    while (!done || looked == 0) {
        auto answer = list.reader.look_up(plates);
        ++looked;
        if (!answer) {
            ++failed;
            continue;
        }
        const auto& first = answer->listings[0].permits.at(0).second.holder;
        for (const auto& listing : answer->listings) mixed += listing.permits.at(0).second.holder != first ? 1 : 0;
    }
    CHECK(failed == 0);
    CHECK(mixed == 0);
    writing.join();
    CHECK(list.listing("浙B10299").permits.at(0).second.holder == "30");
}
