// kill -9 and power cuts while the registry's lists come in: after every step of both databases the gate has one list
// or the other, whole, what it has seen never falls, and the same bundles bring it to the same end.
#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iostream>
#include <mutex>

#include "enrolled.hpp"
#include "story.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_disk.hpp"
#include "whitelist/scope_check.hpp"

using namespace menshen;
using namespace menshen::test;
using support::DiskStep;

namespace {

/// What the child told; memory that both processes share.
struct Carried {
    int steps = 0;
    int answered = 0;  // bundles that the gate has said yes to
    bool over = false;
};

struct SharedCarried {
    SharedCarried()
        : value(new (::mmap(nullptr, sizeof(Carried), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
                    Carried{}) {}
    ~SharedCarried() { ::munmap(value, sizeof(Carried)); }
    SharedCarried(const SharedCarried&) = delete;
    SharedCarried& operator=(const SharedCarried&) = delete;
    Carried* value;
};

/// Three bundles for yard: a list of its own, changes, a snapshot. Each is the list at one place.
struct Bundles {
    struct One {
        std::string at, lines, manifest, packed, plate;
        bundle::Hash root{};
    };
    std::array<One, 3> all;

    explicit Bundles(UtcTime now) {
        whitelist::Feed feed("yard");
        feed.time = now;
        feed.permit(1);
        feed.credential(2, "京A00001", 1);
        keep(0, feed, feed.changes_since(0), "京A00001");
        const auto since = feed.at.seq;
        feed.del("credential", 2);
        feed.credential(3, "京A00002", 1);
        for (int i = 10; i < 30; ++i) feed.permit(i);
        keep(1, feed, feed.changes_since(since), "京A00002");
        feed.del("credential", 3);
        feed.credential(4, "京A00003", 1);
        keep(2, feed, feed.head_line(), "京A00003");
        all[2].manifest = signed_manifest(feed.snapshot(all[2].packed));
    }
    void keep(std::size_t n, whitelist::Feed& feed, std::string lines, std::string plate) {
        all.at(n) = {bundle::to_string(feed.at), std::move(lines), {}, {}, std::move(plate), feed.digest.root()};
    }
    [[nodiscard]] int number_of(const std::string& at) const {
        for (std::size_t n = 0; n < all.size(); ++n) {
            if (all.at(n).at == at) return static_cast<int>(n) + 1;
        }
        return at == "0:0" ? 0 : -1;
    }
};

bool give(EnrolledBox& box, const Bundles::One& one) {
    const auto said = one.manifest.empty() ? box.changes("yard", one.lines)
                                           : box.snapshot("yard", one.manifest, one.packed, one.lines);
    return said.at("ok").as_bool();
}

void carry_all(const std::filesystem::path& folder, int last_step, Carried& told) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::mutex mutex;
    support::watch_disk([&](DiskStep step, const std::filesystem::path& file) {
        const std::lock_guard lock(mutex);
        if (step == DiskStep::synced) support::remember_synced(file);
        if (++told.steps == last_step) ::raise(SIGKILL);
        return 0;
    });
    EnrolledBox box(folder.string());
    box.keep_folder();
    const Bundles bundles(box.clock.now().utc);
    for (const auto& one : bundles.all) {
        if (!give(box, one)) ::_exit(1);
        ++told.answered;
    }
    told.over = true;
    box.end();
    ::_exit(0);
}

Carried play_feed(const std::filesystem::path& folder, int last_step, End end) {
    const SharedCarried told;
    support::all_synced(folder);
    std::cout.flush();
    const pid_t child = ::fork();
    if (child == 0) carry_all(folder, last_step, *told.value);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK((WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0)));
    if (end == End::power_cut) support::power_cut(folder);
    return *told.value;
}

/// I4, I5, I6: one list, whole; not older than what the courier was told; and not newer than what was seen.
int check_list(EnrolledBox& box, const Bundles& bundles, const Carried& told) {
    const int at = bundles.number_of(box.where("yard"));
    CHECK(at >= told.answered);
    for (int n = 1; n <= 3; ++n) {
        CHECK(box.knows(bundles.all.at(static_cast<std::size_t>(n - 1)).plate) == (n == at));
    }
    auto check = whitelist::ScopeCheck::open(box.folder() + "/whitelist.db");
    REQUIRE(check.ok());
    for (bool more = true; more;) {
        const auto step = check->step();
        REQUIRE(step.ok());
        more = *step;
    }
    return at;
}

void check_after_feed(const std::filesystem::path& folder, const Carried& told) {
    EnrolledBox box(folder.string());
    box.keep_folder();
    const auto said = box.ask_courier({{"verb", "where"}});
    if (!said.at("enrolled").as_bool()) {
        CHECK(told.answered == 0);  // the first start was cut off before it believed anything
        return;
    }
    const Bundles bundles(box.clock.now().utc);
    const int at = check_list(box, bundles, told);
    // the courier goes on from there; what is older than what was seen is refused, and nothing falls
    for (int n = std::min(at + 1, 3); n <= 3; ++n) CHECK(give(box, bundles.all.at(static_cast<std::size_t>(n - 1))));
    CHECK(box.where("yard") == bundles.all[2].at);
    CHECK_FALSE(give(box, bundles.all[0]));
    CHECK(box.where("yard") == bundles.all[2].at);
}

std::filesystem::path enrolled_in(const support::TemporaryFolder& folder) {
    enrol(folder.path());
    return folder.path();
}

int steps_of_all() {
    const support::TemporaryFolder folder;
    const auto told = play_feed(enrolled_in(folder), 1'000'000, End::killed);
    CHECK(told.over);
    return told.steps;
}

void at_steps(int first, int by) {
    const int steps = steps_of_all();
    CHECK(steps > 100);
    for (int step = first; step <= steps; step += by) {
        for (const auto end : {End::killed, End::power_cut}) {
            CAPTURE(step);
            CAPTURE(end == End::power_cut);
            const support::TemporaryFolder folder;
            const auto told = play_feed(enrolled_in(folder), step, end);
            check_after_feed(folder.path(), told);
        }
    }
}

}  // namespace

TEST_CASE("I4, I5, I6: killed and cut off while the registry's lists come in") {
    at_steps(7, 11);
}

TEST_CASE("I4, I5, I6: the same at every step of every database" * doctest::skip()) {
    at_steps(1, 1);
}
