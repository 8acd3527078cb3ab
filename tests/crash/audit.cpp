#include "audit.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <set>

#include "journal/journal.hpp"

namespace menshen::test {

namespace {

struct Auditor {
    Audited found;
    std::set<AuthorisationId> intents, outcomes;
    journal::PresenceBook presence;

    void look_at(const Event& event) {
        if (event.kind == EventKind::intent) {
            CHECK(intents.insert(event.authorisation).second);
            ++found.intents[event.lane];
        }
        if (event.kind == EventKind::outcome) {
            CHECK(intents.contains(event.authorisation));
            CHECK(outcomes.insert(event.authorisation).second);
            ++found.outcomes[std::string(event.body.at("outcome").as_string())];
        }
        const auto passage = journal::passage_from(event);
        if (!passage) return;
        ++found.passages;
        presence.apply(*passage, event.utc);
        if (passage->authorisation != 0) CHECK(intents.contains(passage->authorisation));
    }
};

}  // namespace

Audited audit(const std::filesystem::path& folder) {
    journal::JournalOptions options;
    options.folder = folder;
    options.reserve = 0;
    Now now;
    now.utc = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
    auto opened = journal::Journal::open(options, now);
    REQUIRE(opened);
    CHECK_FALSE(opened->set_aside);
    auto& journal = opened->journal;
    CHECK(journal.verify_chain()->whole);
    Auditor auditor;
    for (std::uint64_t after = 0;;) {
        const auto events = journal.events_after(after, 1000).value();
        if (events.empty()) break;
        for (const auto& event : events) {
            REQUIRE(event.sequence == ++after);
            auditor.look_at(event);
        }
    }
    CHECK(auditor.intents == auditor.outcomes);
    CHECK(auditor.presence == journal.presence_all());
    return auditor.found;
}

}  // namespace menshen::test
