#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "cases.hpp"

using namespace menshen;
using namespace menshen::cases;

namespace {

template <class T>
T one_of(std::initializer_list<T> values) {
    return *rc::gen::elementOf(std::vector<T>(values));
}
bool sometimes() {
    return *rc::gen::inRange(0, 3) == 0;
}
LocalTime around() {
    return *parse_local("2026-11-18 10:00") + std::chrono::hours(*rc::gen::inRange(-72, 72));
}

Permit any_permit() {
    Permit p = permit(*rc::gen::inRange<std::int64_t>(1, 5));
    p.permit_class = static_cast<PermitClass>(*rc::gen::inRange(0, 10));
    if (sometimes()) p.state = static_cast<PermitState>(*rc::gen::inRange(0, 3));
    if (sometimes()) p.valid_from = around();
    if (sometimes()) p.valid_until = around();
    if (sometimes()) p.schedule_id = *rc::gen::inRange<std::int64_t>(1, 3);
    if (sometimes()) p.zones = {one_of<std::string>({"yard", "garage"})};
    if (sometimes()) p.max_inside = *rc::gen::inRange(0, 3);
    if (sometimes()) p.max_uses = *rc::gen::inRange(0, 3);
    p.escort = sometimes();
    p.order_required = sometimes();
    if (sometimes()) p.unknown_critical = {"new"};
    return p;
}

Listing any_listing(const std::string& plate) {
    Listing l{plate, {}, {}};
    for (int n = *rc::gen::inRange(0, 3); n > 0; --n) l.permits.push_back(listing(plate, any_permit()).permits[0]);
    if (sometimes()) l.blocks.push_back(block(plate, static_cast<BlockKind>(*rc::gen::inRange(0, 3))));
    if (!l.blocks.empty() && sometimes()) l.blocks[0].until = around();
    return l;
}

Policy any_policy() {
    Policy p;
    p.look_alike_grant = sometimes();
    p.soft_anti_passback = !sometimes();
    p.exit_open = !sometimes();
    if (sometimes()) p.zone_capacity = 2;
    p.list_usable = !sometimes();
    return p;
}

DecideInput any_input() {
    DecideInput in;
    double left = 1;
    for (const char* plate : {mine, twin, other}) {
        if (sometimes()) continue;
        const double share = one_of({0.001, 0.02, 0.2, 0.9, 0.97, 0.999});
        in.claim.candidates.push_back({plate, std::round(std::min(left, share) * 1e6) / 1e6});
        left -= in.claim.candidates.back().likelihood;
    }
    for (const char* plate : {mine, twin, other, "苏B1234S"}) {
        if (!sometimes()) in.listings.push_back(any_listing(plate));
        if (sometimes())
            in.presences.push_back({plate, sometimes(), std::chrono::hours(*rc::gen::inRange(0, 48)), 1, 1});
    }
    in.schedules = {Schedule{1, "day", {}, {{0, 1440}}}};
    for (auto& day : in.schedules[0].week) day = {{*rc::gen::inRange(0, 1440), *rc::gen::inRange(0, 1441)}};
    in.mode = sometimes() ? static_cast<Mode>(*rc::gen::inRange(0, 4)) : Mode::normal;
    in.direction = sometimes() ? Direction::out : Direction::in;
    in.zone = "yard";
    in.zone_inside = *rc::gen::inRange(0, 4);
    in.policy = any_policy();
    in.local = around();
    in.clock = static_cast<ClockState>(*rc::gen::inRange(0, 3));
    return in;
}

bool holds_now(const DecideInput& in, const Permit& p) {
    const bool timed = p.valid_from || p.valid_until || p.schedule_id;
    if (timed && in.clock == ClockState::unset) return false;
    return p.state == PermitState::active && p.unknown_critical.empty() &&
           (!p.valid_from || *p.valid_from <= in.local) && (!p.valid_until || in.local < *p.valid_until);
}

bool lists_valid(const DecideInput& in, const Decision& d) {
    for (const Listing& l : in.listings) {
        for (const auto& [credential, p] : l.permits) {
            if (l.plate == d.plate && p.id == d.permit_id && holds_now(in, p)) return true;
        }
    }
    return false;
}

}  // namespace

TEST_CASE("I1: a grant names a listed permit that holds now, or the mode or exit rule that opened") {
    int granted = 0;
    CHECK(rc::check([&] {
        const DecideInput in = any_input();
        const Decision d = decide(in);
        if (d.verdict != Verdict::grant) return;
        ++granted;
        const bool by_rule =
            d.reason == Reason::exit_open || d.reason == Reason::fire_mode || d.reason == Reason::fleet_mode;
        RC_ASSERT(by_rule || lists_valid(in, d));
        RC_ASSERT(d.reason != Reason::exit_open || in.direction == Direction::out);
        RC_ASSERT(d.reason != Reason::look_alike || in.policy.look_alike_grant);
    }));
    CHECK(granted > 0);
}

TEST_CASE("I1: without permits nobody is let in") {
    CHECK(rc::check([] {
        DecideInput in = any_input();
        in.direction = Direction::in;
        in.mode = *rc::gen::elementOf(std::vector{Mode::normal, Mode::lockdown});
        for (Listing& l : in.listings) l.permits.clear();
        RC_ASSERT(decide(in).verdict != Verdict::grant);
    }));
}

TEST_CASE("I2: a block on any candidate never lets a car in, in any mode") {
    CHECK(rc::check([] {
        DecideInput in = any_input();
        in.direction = Direction::in;
        if (in.claim.candidates.empty()) in.claim.candidates = {{mine, 0.99}};
        const auto which = *rc::gen::inRange<std::size_t>(0, in.claim.candidates.size());
        const std::string plate = in.claim.candidates[which].plate;
        in.listings.push_back(Listing{plate, {}, {block(plate)}});
        if (in.mode == Mode::fire && in.claim.candidates[which].likelihood < 0.10 && which > 0) return;  // fire opens
        RC_ASSERT(decide(in).verdict != Verdict::grant);
    }));
}

TEST_CASE("adding a block, watch or hold never turns a non-grant into a grant") {
    CHECK(rc::check([] {
        DecideInput in = any_input();
        const Verdict before = decide(in).verdict;
        const std::string plate = one_of<std::string>({mine, twin, other});
        in.listings.push_back(Listing{plate, {}, {block(plate, static_cast<BlockKind>(*rc::gen::inRange(0, 3)))}});
        RC_ASSERT(before == Verdict::grant || decide(in).verdict != Verdict::grant);
    }));
}

TEST_CASE("I21: a critical rule that this build does not know never widens access") {
    CHECK(rc::check([] {
        DecideInput in = any_input();
        in.direction = Direction::in;
        in.mode = Mode::normal;
        for (Listing& l : in.listings) {
            for (auto& [credential, p] : l.permits) p.unknown_critical = {"new"};
        }
        RC_ASSERT(decide(in).verdict != Verdict::grant);
    }));
}

TEST_CASE("I25: the same input decides the same, also after its JSON was stored and read") {
    CHECK(rc::check([] {
        const DecideInput in = any_input();
        const auto text = boost::json::serialize(to_json(in));
        const auto back = decide_input_from_json(boost::json::parse(text));
        RC_ASSERT(back.ok());
        RC_ASSERT(decide(*back) == decide(in));
        RC_ASSERT(boost::json::serialize(to_json(*back)) == text);
    }));
}

TEST_CASE("a mistake in stored input is named with its path") {
    auto v = to_json(plain());
    v.at("policy").as_object()["grant_likelihood"] = 2;
    CHECK(decide_input_from_json(v).error().message == "policy.grant_likelihood must lie in 0..1");
    v = to_json(plain());
    v.at("listings").at(0).as_object()["plate"] = 5;
    CHECK(decide_input_from_json(v).error().message.starts_with("listings[0] "));
    v.as_object().erase("mode");
    CHECK_FALSE(decide_input_from_json(v).ok());
}

TEST_CASE("input beyond the contract's bounds is answered without harm") {
    DecideInput in = plain();
    in.claim.candidates.assign(10'000, {mine, std::numeric_limits<double>::quiet_NaN()});
    CHECK(decide(in).verdict != Verdict::grant);
    in = plain();
    in.listings[0].permits.assign(10'000, in.listings[0].permits[0]);
    CHECK(decide(in).verdict == Verdict::grant);
}
