#include "office/what_if.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace menshen;
using namespace menshen::office;

namespace {

DecideInput good() {
    DecideInput input;
    input.claim.candidates = {{"浙A12345", 0.995}};
    Permit permit;
    permit.id = 7;
    input.listings = {{"浙A12345", {{Credential{8, CredentialKind::plate, "浙A12345", 7}, permit}}, {}}};
    input.local = parse_local("2026-11-02 08:00").value();  // a Monday
    input.clock = ClockState::trusted;
    return input;
}

std::set<std::string> keys(const DecideInput& input) {
    std::set<std::string> all;
    const auto verdict = decide(input).verdict;
    for (const auto& each : what_if(input)) {
        CHECK(each.decision.verdict != verdict);
        all.insert(each.key);
    }
    return all;
}

Permit& permit_of(DecideInput& input) {
    return input.listings[0].permits[0].second;
}

}  // namespace

TEST_CASE("a grant: what would have refused the car") {
    CHECK(keys(good()) ==
          std::set<std::string>{"plate_blocked", "plate_unlisted", "permit_cancelled", "read_doubtfully", "lockdown"});
}

TEST_CASE("a block lifted") {
    auto input = good();
    input.listings[0].blocks.push_back({1, "main", BlockKind::block, "浙A12345", "stolen", std::nullopt});
    CHECK(keys(input) == std::set<std::string>{"block_lifted"});
    CHECK(what_if(input)[0].en == "if the block on 浙A12345 were lifted (stolen)");
    // two of them: none alone
    input.listings[0].blocks.push_back({2, "common", BlockKind::block, "浙A12345", "again", std::nullopt});
    CHECK(keys(input).empty());
}

TEST_CASE("a permit out of its hours: the next and the last moment when it held") {
    auto input = good();
    Schedule schedule;
    schedule.id = 3;
    for (auto& day : schedule.week) day = {{9 * 60, 18 * 60}};
    input.schedules = {schedule};
    permit_of(input).schedule_id = 3;
    const auto all = what_if(input);
    std::string later, earlier;
    for (const auto& each : all) {
        if (each.key == "later") later = each.en;
        if (each.key == "earlier") earlier = each.en;
    }
    CHECK(later == "if the time were 2026-11-02T09:00:00");
    CHECK(earlier == "if the time were 2026-11-01T17:30:00");
    CHECK(keys(input).contains("permit_any_hour"));
}

TEST_CASE("zone, state, presence, reading, list, clock") {
    auto input = good();
    input.zone = "yard";
    permit_of(input).zones = {"garage"};
    CHECK(keys(input).contains("permit_any_zone"));
    input = good();
    permit_of(input).state = PermitState::suspended;
    CHECK(keys(input).contains("permit_active"));
    input = good();
    input.presences = {{"浙A12345", true, std::nullopt, 0, 0}};
    CHECK(keys(input).contains("not_inside"));
    input = good();
    input.claim.candidates = {{"浙A12345", 0.90}};
    CHECK(keys(input).contains("read_surely"));
    input = good();
    input.policy.list_usable = false;
    CHECK(keys(input).contains("list_usable"));
    input = good();
    permit_of(input).valid_until = parse_local("2027-01-01").value();
    input.clock = ClockState::unset;
    CHECK(keys(input).contains("clock_trusted"));
    input = good();
    input.listings.clear();
    CHECK(keys(input).contains("plate_listed"));
    input.claim.candidates.clear();
    CHECK_FALSE(keys(input).contains("plate_listed"));  // nothing was read: there is no plate to list
}
