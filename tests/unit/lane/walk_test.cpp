// Random walks with real durations: what the exploration leaves open (time) is closed here, and the reverse.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "observer.hpp"
#include "script.hpp"

using namespace menshen;
using namespace menshen::lane;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int walks = 100;
#else
constexpr int walks = 1000;
#endif
constexpr int steps_a_walk = 300;

/// SplitMix64: the same walk from the same seed, everywhere.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : x_(seed) {}
    std::uint64_t roll(std::uint64_t sides) {
        x_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = x_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return (z ^ (z >> 31)) % sides;
    }
    bool one_in(std::uint64_t n) { return roll(n) == 0; }

  private:
    std::uint64_t x_;
};

Config some_lane(Dice& dice) {
    Config c;
    c.has_approach = !dice.one_in(4);
    c.has_under = !dice.one_in(4);
    c.has_photocell = !dice.one_in(3);
    c.has_arm = !dice.one_in(3);
    c.close = dice.one_in(2) ? CloseBy::menshen : CloseBy::barrier;
    c.fire = static_cast<FireAction>(dice.roll(3));
    c.close_past_approach = dice.one_in(4);
    c.loop_stuck = seconds(20 + dice.roll(40));
    c.photocell_blind = seconds(10 + dice.roll(40));
    c.between_loops = seconds(dice.roll(5));
    return c;
}

void change_one(Dice& dice, Sensors& s) {
    const auto level = [&] { return static_cast<Level>(dice.one_in(12) ? 2 : dice.roll(2)); };
    switch (dice.roll(5)) {
        case 0:
            s.approach = level();
            return;
        case 1:
            s.under = level();
            return;
        case 2:
            s.photocell = level();
            return;
        case 3:
            s.arm = static_cast<Arm>(dice.one_in(12) ? 3 : dice.roll(3));
            return;
        default:
            s.fire = dice.one_in(8) ? static_cast<Contact>(dice.roll(3)) : Contact::quiet;
            return;
    }
}

Input some_input(Dice& dice, const State& s, Sensors& sensors) {
    const AuthorisationId id = s.current && !dice.one_in(5) ? s.current->id : s.newest - dice.roll(4) + 1;
    if (s.phase == Phase::offline && dice.one_in(3)) return BusUp{};
    switch (dice.roll(20)) {
        case 0:
        case 1:
            return Grant{Authorisation{s.newest + 1, 0, "", "", dice.one_in(3)}};
        case 2:
            return IntentFailed{id};
        case 3:
        case 4:
        case 5:
            return IntentDurable{id};
        case 6:
        case 7:
            return CommandDone{id, static_cast<CommandDone::How>(dice.one_in(4) ? dice.roll(3) : 0)};
        case 8:
            return Withdraw{id};
        case 9:
            switch (dice.roll(9)) {
                case 0:
                    return GuardStop{};
                case 1:
                    return GuardHold{dice.one_in(2)};
                case 2:
                    return Lockdown{dice.one_in(3)};
                case 3:
                    return BusDown{};
                case 4:
                    return Grant{Authorisation{s.newest, 0, "", "", false}};
                case 5:
                    return FireReset{};
                default:
                    return GuardClose{};
            }
        case 10:
            return FireReset{};
        default:
            change_one(dice, sensors);
            return Sensed{sensors};
    }
}

struct Walk {
    std::string trace;   // of the last steps, for the reader of a failure
    std::string broken;  // empty = every invariant held
    std::string output;  // every effect
};

Walk walk(std::uint64_t seed) {
    Dice dice(seed);
    const Config config = some_lane(dice);
    Observer observer(config);
    State state;
    Sensors sensors;
    Instant now{seconds(1)};
    std::optional<Instant> deadline;
    Walk result;
    for (int i = 0; i < steps_a_walk && result.broken.empty(); ++i) {
        Instant next = now + milliseconds(dice.roll(dice.one_in(10) ? 20000 : 1500));
        const bool due = deadline && *deadline <= next;
        const Input input = due ? Input{Tick{}} : some_input(dice, state, sensors);
        if (due) next = *deadline;
        now = next;
        const Step made = step(config, state, input, now);
        result.broken = observer.see(input, made);
        if (made.deadline && *made.deadline <= now) result.broken = "a deadline that does not advance";
        result.trace +=
            text_of(input) + " -> " + text_of(made.effects) + " [" + std::string(to_string(made.state.phase)) + "]\n";
        result.output += text_of(made.effects) + "\n";
        state = made.state;
        deadline = made.deadline;
    }
    return result;
}

}  // namespace

TEST_CASE("I7 I8 I12 I13 I14 I15 I16: random walks") {
    for (int i = 0; i < walks; ++i) {
        const Walk w = walk(static_cast<std::uint64_t>(i));
        REQUIRE_MESSAGE(w.broken.empty(), "seed ", i, ": ", w.broken, "\n", w.trace);
    }
    CHECK(rc::check("random walks from random seeds", [] {
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const Walk w = walk(seed);
        if (!w.broken.empty()) RC_FAIL(w.broken + "\n" + w.trace);
    }));
}

TEST_CASE("I25: the same seed makes the same trace") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) CHECK(walk(seed).output == walk(seed).output);
    CHECK(walk(1).output != walk(2).output);
}
