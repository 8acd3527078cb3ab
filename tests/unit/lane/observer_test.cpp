// The observer must be able to fail: traces that a wrong machine would make.
#include "observer.hpp"

#include <doctest/doctest.h>

#include "script.hpp"

using namespace menshen;
using namespace menshen::lane;

namespace {

Authorisation car(AuthorisationId id, bool guard = false) {
    return Authorisation{id, 0, "", "", guard};
}

/// Leads the real machine to an open arm for car 1 and then lies about what came out.
struct Liar {
    Config config = full_lane();
    State state;
    Observer observer{config};
    Sensors sensors{Level::occupied, Level::clear, Level::clear, Arm::down, Contact::quiet};

    std::string take(const Input& input) {
        const Step result = step(config, state, input, Instant{seconds(1)});
        state = result.state;
        return observer.see(input, result);
    }

    void until_recording() {
        REQUIRE(take(Sensed{sensors}).empty());
        REQUIRE(take(Grant{car(1)}).empty());
    }

    void until_open() {
        until_recording();
        REQUIRE(take(IntentDurable{1}).empty());
        REQUIRE(take(CommandDone{1, CommandDone::How::acknowledged}).empty());
        sensors.arm = Arm::up;
        REQUIRE(take(Sensed{sensors}).empty());
    }

    /// What the observer says if `lie` came out on top of what is right.
    std::string lie(const Input& input, const Effect& lie) {
        Step result = step(config, state, input, Instant{seconds(1)});
        result.effects.push_back(lie);
        return observer.see(input, result);
    }

    /// … and if nothing came out, or a state was forged.
    std::string silent(
        const Input& input, void (*forge)(State&) = [](State&) {}) {
        Step result = step(config, state, input, Instant{seconds(1)});
        result.effects.clear();
        forge(result.state);
        return observer.see(input, result);
    }
};

bool says(const std::string& broken, const char* invariant) {
    return broken.find(invariant) != std::string::npos;
}

}  // namespace

TEST_CASE("the observer sees an opening before its intent is durable") {
    Liar liar;
    liar.until_recording();
    CHECK(says(liar.lie(Tick{}, Open{1, {}}), "I7"));
}

TEST_CASE("the observer sees a second opening, a second intent, a second ending, a second passage") {
    Liar open;
    open.until_open();
    CHECK(says(Liar(open).lie(Tick{}, Open{1, {}}), "I15"));
    CHECK(says(Liar(open).lie(Tick{}, CommitIntent{car(1)}), "I"));
    CHECK(says(Liar(open).lie(Tick{}, Ended{1, Outcome::failed, ""}), "I8"));
    open.sensors.under = Level::occupied;
    CHECK(open.take(Sensed{open.sensors}).empty());
    open.sensors.under = Level::clear;
    CHECK(says(open.lie(Sensed{open.sensors}, Passage{1, 0, ""}), "I15"));
}

TEST_CASE("the observer sees an opening for nobody, and for one who was never granted") {
    Liar liar;
    liar.until_open();
    CHECK(says(Liar(liar).lie(Tick{}, Open{0, {}}), "I13"));
    CHECK(says(Liar(liar).lie(Tick{}, Open{9, {}}), "I13"));
}

TEST_CASE("the observer sees a closing on presence, on an unknown sensor, and one that is not ours to make") {
    for (const Level level : {Level::occupied, Level::unknown}) {
        Liar liar;
        liar.config.close = CloseBy::menshen;
        liar.until_open();
        liar.sensors = {Level::clear, Level::clear, level, Arm::up, Contact::quiet};
        CHECK(says(liar.lie(Sensed{liar.sensors}, Close{}), "I12"));
    }
    Liar liar;
    liar.until_open();
    liar.sensors.approach = Level::clear;
    CHECK(says(liar.lie(Sensed{liar.sensors}, Close{}), "close = barrier"));
}

TEST_CASE("the observer sees a fire that nobody acts on, and an intent in a fire") {
    Liar liar;
    liar.until_open();
    liar.sensors.fire = Contact::fire;
    CHECK(says(Liar(liar).silent(Sensed{liar.sensors}), "I14"));
    CHECK(says(Liar(liar).lie(Sensed{liar.sensors}, CommitIntent{car(1)}), "I"));
    CHECK(says(Liar(liar).silent(Sensed{liar.sensors}, [](State& s) { s.phase = Phase::open; }), "I14"));
}

TEST_CASE("the observer sees an opening that is sent again after the bus came back") {
    Liar liar;
    liar.until_recording();
    CHECK(liar.take(BusDown{}).empty());
    CHECK(says(Liar(liar).lie(Tick{}, Open{1, {}}), "I16"));
    CHECK(liar.take(BusUp{}).empty());
    CHECK(says(Liar(liar).lie(Tick{}, Open{1, {}}), "I16"));
    CHECK(liar.take(Sensed{liar.sensors}).empty());
    CHECK_FALSE(liar.lie(IntentDurable{1}, Open{1, {}}).empty());
}

TEST_CASE("the observer sees an authorisation that gets lost, and a durable intent without its ending") {
    Liar liar;
    liar.until_recording();
    CHECK(says(Liar(liar).silent(Withdraw{1}, [](State& s) { s.owed.clear(); }), "I8"));
    CHECK(says(Liar(liar).silent(Tick{}, [](State& s) { s.current.reset(); }), "I8"));
}

TEST_CASE("the observer sees a deadline that is wrong") {
    Liar liar;
    liar.until_recording();
    Step result = step(liar.config, liar.state, Tick{}, Instant{seconds(1)});
    result.deadline.reset();
    CHECK(says(liar.observer.see(Tick{}, result), "deadline"));
}
