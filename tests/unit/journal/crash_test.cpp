// kill -9 while intents, outcomes and passages are written.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <set>

#include "fixture.hpp"

using namespace menshen;
using namespace menshen::journal;

namespace {

/// Opens, recovers, then car after car: intent, picture, outcome, passage; each intent is told on `pipe` once durable.
[[noreturn]] void serve_cars(const JournalOptions& options, int pipe) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    auto opened = Journal::open(options, noon);
    if (!opened || !opened->journal.recover(noon)) ::_exit(1);
    auto& journal = opened->journal;
    for (auto ids = journal.authorisations(1); ids; ids = journal.authorisations(1)) {
        const auto id = ids->first;
        if (!journal.intent(intent(id), noon)) ::_exit(2);
        if (::write(pipe, &id, sizeof id) != sizeof id) ::_exit(3);
        const std::vector<std::uint8_t> jpeg(500 + id % 100, static_cast<std::uint8_t>(id));
        auto picture = journal.write_picture("scene", jpeg, noon);
        if (!picture || !journal.outcome(outcome_of(id, {*picture}), noon)) ::_exit(4);
        if (!journal.passage(passage(fmt::format("浙B{:05}", id % 50), id % 2 == 0), noon)) ::_exit(5);
        (void)journal.tend(noon).ok();
    }
    ::_exit(6);
}

struct Counted {
    std::set<AuthorisationId> intents;
    std::multiset<AuthorisationId> outcomes;
    PresenceBook presence;
};

Counted count(Journal& journal) {
    Counted counted;
    for (std::uint64_t after = 0;;) {
        const auto events = journal.events_after(after, 1000).value();
        if (events.empty()) return counted;
        for (const auto& event : events) {
            REQUIRE(event.sequence == ++after);
            if (event.kind == EventKind::intent) CHECK(counted.intents.insert(event.authorisation).second);
            if (event.kind == EventKind::outcome) counted.outcomes.insert(event.authorisation);
            if (auto one = passage_from(event)) counted.presence.apply(*one, event.utc);
        }
    }
}

}  // namespace

TEST_CASE("I7, I8, I11: after kill -9 every acknowledged intent is there, each has one outcome, the chain verifies") {
    std::mt19937 random(11);
    Book book(20'000);  // small: pictures are dropped meanwhile
    book.opened.reset();
    std::set<AuthorisationId> acknowledged;
    for (int round = 0; round < 15; ++round) {
        int pipe[2];
        REQUIRE(::pipe(pipe) == 0);
        const pid_t child = ::fork();
        if (child == 0) serve_cars(book.options, pipe[1]);
        ::close(pipe[1]);
        AuthorisationId id = 0;
        for (auto cars = 1 + random() % 5; cars > 0; --cars) {
            REQUIRE(::read(pipe[0], &id, sizeof id) == sizeof id);
            acknowledged.insert(id);
        }
        ::usleep(static_cast<useconds_t>(random() % 3'000));  // to no particular point of the next car
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(pipe[0], &id, sizeof id) == sizeof id) acknowledged.insert(id);
        ::close(pipe[0]);
    }

    book.again();
    CHECK_FALSE(book.opened->set_aside);
    REQUIRE(book->recover(noon).ok());
    CHECK(book->verify_chain()->whole);
    const auto counted = count(*book);
    for (const auto id : acknowledged) CHECK(counted.intents.contains(id));
    CHECK(counted.outcomes.size() == counted.intents.size());
    for (const auto id : counted.intents) CHECK(counted.outcomes.count(id) == 1);
    CHECK(counted.presence == book->presence_all());
    for (int i = 0; i < 300 && book->tend(noon)->more; ++i) {
    }
    CHECK(book->evidence_bytes() <= 20'000);
}
