// Modes of the box and its lanes: fleet, fire, lockdown, and the trust in its clock; all over restarts and broken
// disks.
#include <doctest/doctest.h>

#include "fixture.hpp"
#include "store/database.hpp"
#include "system_clock.hpp"

using namespace menshen;
using test::Box;
using test::listed;
using Action = GuardCommand::Action;

namespace {

Status hold(Box& box, const std::string& until) {
    GuardCommand command;
    command.action = Action::hold;
    command.guard = "王";
    command.lane = "in";
    command.why = "车队";
    command.until = until;
    std::optional<Status> got;
    box.gate().command(command, [&](const Status& status) { got = status; });
    REQUIRE(box.until([&] { return got.has_value(); }));
    box.settle();
    return *got;
}

std::string phase(Box& box) {
    return std::string(box.lane_view("in").at("phase").as_string());
}

bool has_fault(Box& box, std::string_view fault) {
    const auto snapshot = box.gate().snapshot();
    for (const auto& entry : snapshot.at("faults").as_array()) {
        if (entry.at("fault").as_string() == fault) return true;
    }
    return false;
}

void contact(Box& box, Contact fire) {
    box.board("in").sensors.fire = fire;
    box.board("in").report();
    box.settle();
}

}  // namespace

TEST_CASE("a hold outlives a lost bus and a restart, and ends at its time; each is in the journal with a name") {
    Box box;
    REQUIRE(hold(box, "2026-11-23T09:10:00"));
    CHECK(phase(box) == "held");
    CHECK(box.lane_view("in").at("hold").at("by") == "王");
    CHECK(box.board("in").opened == 1);
    box.board("in").sensors.arm = Arm::up;
    box.board("in").report();

    box.board("in").link(false);
    box.settle();
    CHECK(phase(box) == "offline");
    box.board("in").link(true);
    box.settle();
    CHECK(phase(box) == "held");
    CHECK(box.board("in").opened == 1);  // the arm was seen up: nothing is sent again (I16)

    box.keep_folder();
    box.end();
    Box again(box.folder());
    CHECK(phase(again) == "held");
    again.clock.forward(std::chrono::minutes(11));
    again.pass_time(seconds(1));
    CHECK(phase(again) != "held");
    CHECK(again.lane_view("in").at("hold").is_null());
    const auto changes = again.events(EventKind::mode_changed);
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].body.at("mode") == "fleet");
    CHECK(changes[0].body.at("by") == "王");
    CHECK(changes[1].body.at("mode") == "normal");
    CHECK(changes[1].lane == "in");
}

TEST_CASE("I7, I8: each opening of a hold has its intent first, with the name of who holds, and one outcome") {
    Box box;
    auto& board = box.board("in");
    std::int64_t durable = -1;  // intents, when the relay was written
    board.on_open = [&](bool done) {
        if (done || durable >= 0) return;
        store::Options reader;
        reader.role = store::Role::reader;
        auto journal = store::Database::open(box.folder() + "/journal.db", reader);
        durable = journal->number("SELECT count(*) FROM event WHERE kind = 'intent'").value().value_or(-1);
    };
    REQUIRE(hold(box, ""));
    REQUIRE(box.until([&] { return board.opened == 1; }));
    CHECK(durable == 1);
    board.sensors.arm = Arm::up;
    board.report();
    box.settle();
    board.sensors.arm = Arm::down;  // it falls: raised again
    board.report();
    box.pass_time(seconds(15));
    CHECK(board.opened >= 2);
    CHECK(box.command(Action::release, "in"));
    box.pass_time(seconds(15));
    const auto intents = box.events(EventKind::intent);
    const auto outcomes = box.events(EventKind::outcome);
    REQUIRE(intents.size() == static_cast<std::size_t>(board.opened));
    REQUIRE(outcomes.size() == intents.size());
    for (std::size_t i = 0; i < intents.size(); ++i) {
        CHECK(intents[i].body.at("by") == "王");
        CHECK(intents[i].body.at("reason") == "fleet_mode");
        CHECK(outcomes[i].authorisation == intents[i].authorisation);
    }
    CHECK(outcomes[0].body.at("outcome") == "opened");
    CHECK(outcomes[1].body.at("outcome") == "failed");  // nobody lifted it
    CHECK(box.events(EventKind::mode_changed).front().sequence < intents.front().sequence);
}

TEST_CASE("a hold at a board that refuses: its opening has failed, and the journal says why (I8)") {
    Box box;
    auto& board = box.board("in");
    board.answer =
        Status{Errc::denied, "the board refused the write of relay 0, as a board does that is set to linked mode"};
    REQUIRE(hold(box, ""));
    box.pass_time(seconds(12));
    CHECK(box.command(Action::release, "in"));
    box.pass_time(seconds(12));  // the arm might have risen late
    const auto outcomes = box.events(EventKind::outcome);
    REQUIRE(!outcomes.empty());
    CHECK(outcomes.size() == box.events(EventKind::intent).size());
    CHECK(outcomes[0].body.at("outcome") == "failed");
    CHECK(std::string(outcomes[0].body.at("detail").as_string()) == board.answer.error().message);
}

TEST_CASE("a hold that is let go before its intent is durable opens nothing") {
    Box box;
    GuardCommand command;
    command.guard = "王";
    command.lane = "in";
    command.why = "车队";
    int answers = 0;
    for (const auto action : {Action::hold, Action::stop}) {
        command.action = action;
        box.gate().command(command, [&](const Status&) { ++answers; });
        if (action == Action::hold) box.loop.poll_one();
    }
    REQUIRE(box.until([&] { return answers == 2; }));
    box.settle();
    CHECK(box.board("in").opened == 0);
    CHECK(box.events(EventKind::intent).size() == box.events(EventKind::outcome).size());
}

TEST_CASE("a hold that ended while the box was off, or whose end cannot be told, opens nothing after the start") {
    for (const bool unset : {false, true}) {
        CAPTURE(unset);
        Box box;
        REQUIRE(hold(box, "2026-11-23T09:00:30"));
        box.keep_folder();
        box.end();
        Box again(box.folder(), [&](test::HandClock& clock) {
            if (unset) {
                clock.set_state(ClockState::unset);
            } else {
                clock.forward(std::chrono::minutes(1));
            }
        });
        CHECK(phase(again) == "idle");
        CHECK(again.board("in").opened == 0);
    }
}

TEST_CASE("stop, close, fire and lockdown end a hold for good") {
    for (const auto action : {Action::stop, Action::close, Action::lockdown}) {
        Box box;
        REQUIRE(hold(box, ""));
        CHECK(box.command(action, action == Action::lockdown ? "" : "in"));
        CHECK(box.lane_view("in").at("hold").is_null());
        box.board("in").link(false);
        box.board("in").link(true);
        box.settle();
        CHECK(phase(box) == "idle");
    }
    Box box;
    CHECK(hold(box, "2026-11-23T08:00:00").error().code == Errc::invalid);
    REQUIRE(hold(box, ""));
    contact(box, Contact::fire);
    CHECK(phase(box) == "fire");
    CHECK(box.lane_view("in").at("hold").is_null());
}

TEST_CASE("whoever stands at a lane that was held open gets an opening of its own once it is let go") {
    Box box;
    box.import({{listed, ""}});
    REQUIRE(hold(box, ""));
    auto& board = box.board("in");
    board.sensors.arm = Arm::up;
    box.approach("in", Level::occupied);
    box.see("in", listed);
    CHECK(box.reason() == "fleet_mode");
    CHECK(box.events(EventKind::intent).size() == 1);  // the hold's
    CHECK(box.command(Action::release, "in"));
    board.sensors.arm = Arm::down;
    board.report();
    box.see("in", listed, 2);
    box.pass_time(seconds(1));
    CHECK(box.reason() == "permit_valid");
    CHECK(box.events(EventKind::intent).size() == 2);
    CHECK(board.opened == 2);  // the hold's and the car's
}

TEST_CASE("I14: on fire nobody is sent to the guard; after the reset who still stands there is judged by the list") {
    Box box;
    box.import({{listed, ""}});
    auto& board = box.board("in");
    contact(box, Contact::fire);
    REQUIRE(phase(box) == "fire");
    board.sensors.arm = Arm::up;
    box.approach("in", Level::occupied);
    box.see("in", "粤B99999");
    CHECK(box.reason() == "fire_mode");
    CHECK(box.gate().snapshot().at("referred").as_array().empty());
    contact(box, Contact::quiet);
    box.see("in", "粤B99999", 2);
    CHECK(box.command(Action::fire_reset, "in"));
    box.settle();
    CHECK(box.reason() == "unknown_plate");
    CHECK(box.gate().snapshot().at("referred").as_array().size() == 1);
    CHECK(box.events(EventKind::intent).empty());
}

TEST_CASE("a fire contact that is unknown for a late poll is no fault; a broken wire is") {
    Box box;
    contact(box, Contact::fault);
    box.pass_time(seconds(2));
    contact(box, Contact::quiet);
    box.pass_time(seconds(4));
    CHECK(!has_fault(box, "fire_contact"));
    contact(box, Contact::fault);
    box.pass_time(seconds(4));
    CHECK(has_fault(box, "fire_contact"));
    contact(box, Contact::quiet);
    CHECK(!has_fault(box, "fire_contact"));
    CHECK(phase(box) == "idle");
}

// ---- the clock

namespace {

struct Hands {
    Instant mono{std::chrono::hours(1)};
    UtcTime utc = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(1);
    gate::SystemClock clock{utc - std::chrono::hours(24 * 30), [this] {
                                return gate::SystemClock::Reading{mono, utc};
                            }};
    ClockState state() { return clock.now().clock; }
    void pass(Duration time) {
        mono += time;
        utc += std::chrono::duration_cast<milliseconds>(time);
    }
};

}  // namespace

TEST_CASE("I20: trusted time never falls below its floor, also over a restart") {
    Hands first;
    CHECK(first.state() == ClockState::trusted);
    first.pass(std::chrono::hours(5));
    CHECK(first.state() == ClockState::trusted);
    first.utc -= std::chrono::minutes(1);  // a small correction is none
    CHECK(first.state() == ClockState::trusted);
    const auto kept = first.clock.trust();

    Hands second;  // five hours in the past
    second.clock.restore(kept);
    CHECK(second.state() == ClockState::unset);
    second.utc = first.utc;
    CHECK(second.state() == ClockState::drifting);  // somebody or something has set it; a person says so
    REQUIRE(second.clock.confirm());
    CHECK(second.state() == ClockState::trusted);
}

TEST_CASE(
    "a forward jump is drifting until a guard confirms, raises no floor meanwhile, and is not cured by a restart") {
    Hands hands;
    CHECK(hands.state() == ClockState::trusted);
    const auto before = hands.clock.trust().floor;
    hands.utc += std::chrono::hours(24 * 365);
    CHECK(hands.state() == ClockState::drifting);
    hands.pass(std::chrono::hours(1));
    CHECK(hands.state() == ClockState::drifting);
    CHECK(hands.clock.trust() == ClockTrust{before, true});
    Hands again;
    again.clock.restore(hands.clock.trust());
    CHECK(again.state() == ClockState::drifting);
    // Confirmed by mistake, then set right: the floor may be lowered by a person alone.
    REQUIRE(hands.clock.confirm());
    hands.utc -= std::chrono::hours(24 * 365);
    CHECK(hands.state() == ClockState::unset);
    REQUIRE(hands.clock.confirm());
    CHECK(hands.state() == ClockState::trusted);
    hands.utc -= std::chrono::hours(24 * 365);
    CHECK(hands.clock.confirm().error().code == Errc::invalid);
}

TEST_CASE("a guard confirms the clock: journalled, and timed permits are judged anew") {
    Box box;
    box.import({{listed, "2027-01-01"}});
    box.clock.set_state(ClockState::unset);
    box.pass_time(seconds(1));
    CHECK(has_fault(box, "clock_unset"));
    box.approach("in", Level::occupied);
    box.see("in", listed);
    CHECK(box.reason() == "clock_unset");
    CHECK(box.board("in").opened == 0);
    CHECK(box.command(Action::confirm_clock, ""));
    box.settle();
    CHECK(!has_fault(box, "clock_unset"));
    CHECK(box.reason() == "permit_valid");
    CHECK(box.board("in").opened == 1);
    CHECK(box.events(EventKind::guard_action).back().body.at("action") == "confirm_clock");
}

TEST_CASE("what is known of the clock is kept over a restart") {
    Box box;
    box.clock.kept = {box.clock.now().utc, true};
    box.pass_time(std::chrono::seconds(61));
    box.keep_folder();
    box.end();
    Box again(box.folder());
    CHECK(again.clock.kept == box.clock.kept);
}
