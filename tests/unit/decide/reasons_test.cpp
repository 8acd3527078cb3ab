#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "cases.hpp"

using namespace menshen;
using namespace menshen::cases;

namespace {

struct Situation {
    const char* story;
    Reason reason;
    DecideInput input;
};

DecideInput changed(DecideInput in, const std::function<void(DecideInput&)>& change) {
    change(in);
    return in;
}

DecideInput with_permit_that(const std::function<void(Permit&)>& change) {
    Permit p = permit();
    change(p);
    return with(std::move(p));
}

std::vector<Situation> grants() {
    return {
        {"a listed car", Reason::permit_valid, plain()},
        {"a visitor", Reason::visitor_valid,
         with_permit_that([](Permit& p) { p.permit_class = PermitClass::visitor; })},
        {"a group", Reason::visitor_valid,
         with_permit_that([](Permit& p) { p.permit_class = PermitClass::group_visit; })},
        {"an ambulance", Reason::emergency_vehicle,
         with_permit_that([](Permit& p) { p.permit_class = PermitClass::emergency; })},
        {"any car leaves", Reason::exit_open, changed(leaving(), [](DecideInput& in) { in.listings.clear(); })},
        {"an unread car leaves", Reason::exit_open,
         changed(leaving(), [](DecideInput& in) { in.claim.candidates.clear(); })},
        {"a blocked car leaves", Reason::exit_open,
         changed(leaving(), [](DecideInput& in) { in.listings[0].blocks = {block(mine)}; })},
        {"a car leaves during lockdown", Reason::exit_open,
         changed(leaving(), [](DecideInput& in) { in.mode = Mode::lockdown; })},
        {"a car leaves without a list", Reason::exit_open,
         changed(leaving(), [](DecideInput& in) { in.policy.list_usable = false; })},
        {"a look-alike where that is on", Reason::look_alike,
         changed(plain(),
                 [](DecideInput& in) {
                     in.policy.look_alike_grant = true;
                     in.listings = {Listing{mine, {}, {}}, listing(twin)};
                 })},
        {"a convoy", Reason::fleet_mode,
         changed(plain(),
                 [](DecideInput& in) {
                     in.mode = Mode::fleet;
                     in.claim.candidates.clear();
                 })},
        {"fire", Reason::fire_mode,
         changed(plain(),
                 [](DecideInput& in) {
                     in.mode = Mode::fire;
                     in.listings.clear();
                 })},
        {"one of two permits is good", Reason::permit_valid,
         changed(plain(),
                 [](DecideInput& in) {
                     Permit old = permit(8);
                     old.valid_until = *parse_local("2020-01-01");
                     in.listings[0].permits.insert(in.listings[0].permits.begin(), listing(mine, old).permits[0]);
                 })},
        {"presence too old to be a fact", Reason::permit_valid,
         changed(plain(),
                 [](DecideInput& in) {
                     in.presences = {{mine, true, std::chrono::hours(25), 0, 0}};
                 })},
        {"a committee member's car in a full yard", Reason::permit_valid,
         changed(plain(),
                 [](DecideInput& in) {
                     in.listings[0].permits[0].second.permit_class = PermitClass::committee;
                     in.policy.zone_capacity = 5;
                     in.zone_inside = 5;
                 })},
        {"an unset clock does not matter to a permanent permit", Reason::permit_valid,
         changed(plain(), [](DecideInput& in) { in.clock = ClockState::unset; })},
        {"a listed look-alike far behind", Reason::permit_valid,
         changed(plain(),
                 [](DecideInput& in) {
                     in.claim.candidates.push_back({twin, 0.005});
                     in.listings.push_back(listing(twin));
                 })},
    };
}

std::vector<Situation> denials() {
    return {
        {"a blocked car with a permit", Reason::blocked,
         changed(plain(), [](DecideInput& in) { in.listings[0].blocks = {block(mine)}; })},
        {"the second candidate is blocked and plausible", Reason::blocked,
         changed(plain(),
                 [](DecideInput& in) {
                     in.claim.candidates = {{mine, 0.8}, {twin, 0.15}};
                     in.listings.push_back(Listing{twin, {}, {block(twin)}});
                 })},
        {"a block of another scope", Reason::blocked,
         changed(plain(),
                 [](DecideInput& in) {
                     Block b = block(mine);
                     b.scope = "city";
                     in.listings.push_back(Listing{mine, {}, {b}});
                 })},
        {"a block wins in fleet mode", Reason::blocked,
         changed(plain(),
                 [](DecideInput& in) {
                     in.mode = Mode::fleet;
                     in.listings[0].blocks = {block(mine)};
                 })},
        {"a block whose end an unset clock cannot tell", Reason::blocked,
         changed(plain(),
                 [](DecideInput& in) {
                     in.listings[0].blocks = {block(mine)};
                     in.listings[0].blocks[0].until = *parse_local("2020-01-01");
                     in.clock = ClockState::unset;
                 })},
        {"expired at the very second", Reason::expired,
         with_permit_that([](Permit& p) { p.valid_until = *parse_local("2026-11-18 10:00"); })},
        {"from tomorrow", Reason::not_yet_valid,
         with_permit_that([](Permit& p) { p.valid_from = *parse_local("2026-11-19"); })},
        {"on a day off", Reason::outside_schedule,
         changed(with_permit_that([](Permit& p) { p.schedule_id = 1; }),
                 [](DecideInput& in) {
                     in.schedules = {Schedule{1, "", {}, {}}};
                 })},
        {"another yard", Reason::wrong_zone, with_permit_that([](Permit& p) { p.zones = {"garage"}; })},
        {"another lane", Reason::wrong_zone, with_permit_that([](Permit& p) { p.access_points = {"in-2"}; })},
        {"its own lane", Reason::permit_valid, with_permit_that([](Permit& p) {
             p.access_points = {"in-1", "in-2"};
         })},
        {"suspended", Reason::suspended, with_permit_that([](Permit& p) { p.state = PermitState::suspended; })},
        {"cancelled", Reason::cancelled, with_permit_that([](Permit& p) { p.state = PermitState::cancelled; })},
        {"used up", Reason::uses_exhausted,
         changed(with_permit_that([](Permit& p) { p.max_uses = 3; }),
                 [](DecideInput& in) {
                     in.presences = {{mine, false, std::nullopt, 0, 3}};
                 })},
        {"lockdown", Reason::lockdown, changed(plain(), [](DecideInput& in) { in.mode = Mode::lockdown; })},
        {"I21: a rule of tomorrow", Reason::unknown_critical,
         with_permit_that([](Permit& p) { p.unknown_critical = {"moon"}; })},
        {"may not leave", Reason::held,
         changed(leaving(), [](DecideInput& in) { in.listings[0].blocks = {block(mine, BlockKind::hold)}; })},
        {"may not leave, convoy or not", Reason::held,
         changed(leaving(),
                 [](DecideInput& in) {
                     in.mode = Mode::fleet;
                     in.listings[0].blocks = {block(mine, BlockKind::hold)};
                 })},
        {"official car without an order", Reason::order_missing,
         changed(leaving(), [](DecideInput& in) { in.listings[0].permits[0].second.order_required = true; })},
        {"its schedule is missing", Reason::default_denied, with_permit_that([](Permit& p) { p.schedule_id = 99; })},
    };
}

std::vector<Situation> referrals() {
    return {
        {"not on the list", Reason::unknown_plate, changed(plain(), [](DecideInput& in) { in.listings.clear(); })},
        {"a look-alike while that is off", Reason::unknown_plate,
         changed(plain(), [](DecideInput& in) { in.listings = {listing(twin)}; })},
        {"two listed look-alikes of what was read", Reason::unknown_plate,
         changed(plain(),
                 [](DecideInput& in) {
                     in.policy.look_alike_grant = true;
                     in.listings = {listing(twin), listing("苏B1234S")};
                 })},
        {"nothing read", Reason::unreadable, changed(plain(), [](DecideInput& in) { in.claim.candidates.clear(); })},
        {"a candidate that is no plate", Reason::unreadable,
         changed(plain(),
                 [](DecideInput& in) {
                     in.claim.candidates = {{"12345", 0.99}};
                     in.listings = {listing("12345")};
                 })},
        {"below the threshold", Reason::uncertain,
         changed(plain(), [](DecideInput& in) { in.claim.candidates[0].likelihood = 0.8999; })},
        {"best and second are both listed", Reason::ambiguous,
         changed(plain(),
                 [](DecideInput& in) {
                     in.claim.candidates = {{mine, 0.93}, {other, 0.05}};
                     in.listings.push_back(listing(other));
                 })},
        {"a listed look-alike, and a margin that is too small", Reason::ambiguous,
         changed(plain(),
                 [](DecideInput& in) {
                     in.claim.candidates = {{mine, 0.94}};
                     in.listings.push_back(listing(twin));
                 })},
        {"a blocked plate is a faint possibility", Reason::ambiguous,
         changed(plain(),
                 [](DecideInput& in) {
                     in.claim.candidates.push_back({twin, 0.002});
                     in.listings.push_back(Listing{twin, {}, {block(twin)}});
                 })},
        {"it is inside already", Reason::already_inside,
         changed(plain(),
                 [](DecideInput& in) {
                     in.presences = {{mine, true, std::chrono::hours(1), 0, 0}};
                 })},
        {"both places of the permit are taken", Reason::holder_limit,
         changed(with_permit_that([](Permit& p) { p.max_inside = 2; }),
                 [](DecideInput& in) {
                     in.presences = {{mine, false, std::nullopt, 2, 0}};
                 })},
        {"the yard is full", Reason::zone_full,
         changed(plain(),
                 [](DecideInput& in) {
                     in.policy.zone_capacity = 5;
                     in.zone_inside = 5;
                 })},
        {"an escort", Reason::escort_required, with_permit_that([](Permit& p) { p.escort = true; })},
        {"a timed permit and no clock", Reason::clock_unset,
         changed(with_permit_that([](Permit& p) { p.valid_until = *parse_local("2099-01-01"); }),
                 [](DecideInput& in) { in.clock = ClockState::unset; })},
        {"the list is set aside", Reason::list_unavailable,
         changed(plain(), [](DecideInput& in) { in.policy.list_usable = false; })},
        {"an exit that asks for a permit", Reason::unknown_plate,
         changed(leaving(),
                 [](DecideInput& in) {
                     in.policy.exit_open = false;
                     in.listings.clear();
                 })},
    };
}

void check(const std::vector<Situation>& situations) {
    for (const auto& s : situations) {
        CAPTURE(s.story);
        const Decision d = decide(s.input);
        CHECK(to_string(d.reason) == to_string(s.reason));
        CHECK(d.verdict == verdict_of(s.reason));
    }
}

}  // namespace

TEST_CASE("grants") {
    check(grants());
}
TEST_CASE("denials") {
    check(denials());
}
TEST_CASE("referrals") {
    check(referrals());
}

TEST_CASE("every reason is reached here or belongs to the gate itself") {
    std::map<Reason, int> reached{{Reason::guard_admitted, 1}, {Reason::guard_refused, 1}, {Reason::slow_storage, 1}};
    for (const auto& group : {grants(), denials(), referrals()}) {
        for (const auto& s : group) ++reached[decide(s.input).reason];
    }
    for (const Reason reason : all_reasons()) {
        CAPTURE(to_string(reason));
        CHECK(reached[reason] > 0);
    }
}

TEST_CASE("during lockdown an emergency vehicle is put before the guard with its permit") {
    DecideInput in = plain();
    in.mode = Mode::lockdown;
    in.listings[0].permits[0].second.permit_class = PermitClass::emergency;
    const Decision d = decide(in);
    CHECK(d.verdict == Verdict::refer);
    CHECK(d.reason == Reason::lockdown);
    CHECK(d.permit_id == 7);
}

TEST_CASE("a decision names its permit, margin and the whole days left") {
    DecideInput in = plain();
    in.claim.candidates.push_back({other, 0.004});
    in.listings[0].permits[0].second.valid_until = *parse_local("2026-11-21 09:00");
    const Decision d = decide(in);
    CHECK(d.plate == mine);
    CHECK(d.likelihood == 0.99);
    CHECK(d.margin == doctest::Approx(0.986));
    CHECK(d.permit_id == 7);
    CHECK(d.credential_id == 70);
    CHECK(d.days_left == 2);
}

TEST_CASE("a look-alike grant names the listed plate, and never goes above a block") {
    DecideInput in = plain();
    in.policy.look_alike_grant = true;
    in.policy.grant_likelihood = 0.9;
    in.listings = {listing(twin)};
    CHECK(decide(in).plate == twin);
    in.claim.candidates[0].likelihood = 0.969;
    CHECK(decide(in).reason == Reason::unknown_plate);
    in.claim.candidates[0].likelihood = 0.99;
    in.listings[0].blocks = {block(twin)};
    CHECK(decide(in).verdict != Verdict::grant);
}

TEST_CASE("notices") {
    const auto notices = [](const DecideInput& in) { return decide(in).notices; };
    DecideInput in = plain();
    CHECK(notices(in).empty());
    in.listings[0].blocks = {block(mine, BlockKind::watch)};
    CHECK(notices(in) == std::vector{Notice::watchlist});
    CHECK(decide(in).verdict == Verdict::grant);
    DecideInput out = leaving();
    CHECK(notices(out).empty());
    out.presences.clear();
    CHECK(notices(out) == std::vector{Notice::leaves_uncounted});
}
