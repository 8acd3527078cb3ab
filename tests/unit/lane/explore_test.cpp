// Every situation a lane can get into. Time is left open: a timer that is armed may run out at any moment and in any
// order, which covers every choice of durations and more. What remains is finite and is walked through completely:
// phase × input × sensor vector × timer, queue ≤ 2, for every set of has_* and every way of closing and of fire.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <unordered_map>

#include "observer.hpp"
#include "script.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MENSHEN_SANITIZED 1
#else
#define MENSHEN_SANITIZED 0
#endif

using namespace menshen;
using namespace menshen::lane;

namespace {

constexpr Instant t0{seconds(100000)};
constexpr Instant later{seconds(900000)};
constexpr bool sanitized = MENSHEN_SANITIZED != 0;

/// What a walk leaves out, so that each one ends: what interacts is walked together.
struct Scope {
    std::string name;
    Config config;
    std::bitset<timer_count> never_due;                                        // these do not run out here
    std::vector<Level> levels{Level::clear, Level::occupied, Level::unknown};  // of the loops
    std::vector<Level> photocell{Level::clear, Level::occupied, Level::unknown};
    std::vector<Arm> arms{Arm::down, Arm::between, Arm::up, Arm::unknown};
    std::vector<Contact> contacts{Contact::quiet, Contact::fire};
    std::size_t queue = max_queue;
    bool guard_acts = true;  // close, stop, hold, lockdown
    bool disk_fails = true;  // intents late and failed, withdrawals
    bool bus_fails = true;
    bool may_be_bounded = false;
    std::size_t room = sanitized ? 1000 : 600000;  // states
};

struct Key {
    std::array<std::uint64_t, 3> words{};
    friend bool operator==(const Key&, const Key&) = default;
};

struct Hash {
    std::size_t operator()(const Key& key) const {
        std::uint64_t h = 0;
        for (const std::uint64_t word : key.words) {
            h = (h ^ word) * 0x9E3779B97F4A7C15ULL;
            h ^= h >> 29;
        }
        return h;
    }
};

template <class... T>
std::uint64_t packed(T... values) {  // each below 256
    std::uint64_t word = 0;
    ((word = word << 8 | static_cast<std::uint64_t>(values)), ...);
    return word;
}

std::uint64_t bits(std::initializer_list<bool> flags) {
    std::uint64_t word = 0;
    for (const bool flag : flags) word = word << 1 | static_cast<std::uint64_t>(flag);
    return word;
}

/// All of a state but the numbers of the authorisations and the times.
Key key_of(const State& s, const Observer& observer) {
    std::uint64_t armed = 0;
    for (const Instant due : s.timers) armed = armed << 1 | static_cast<std::uint64_t>(due != never);
    std::uint64_t queued = 1;
    for (const auto& q : s.queue) queued = queued << 1 | static_cast<std::uint64_t>(q.guard);
    const bool same = s.passing && s.current && s.passing->id == s.current->id;
    const std::uint64_t sensors = packed(s.sensors.approach, s.sensors.under, s.sensors.photocell, s.sensors.arm) * 4 +
                                  static_cast<std::uint64_t>(s.sensors.fire);
    Key key;
    key.words[0] = sensors << 24 | packed(s.phase, s.under, queued);
    key.words[1] = packed(armed >> 8, armed & 255, s.faults.to_ulong(), s.owed.size(), s.reopened * 4 + s.unseen)
                       << 16 |
                   bits({s.current.has_value(), s.current && s.current->guard, s.passing.has_value(), same,
                         s.intent_durable, s.acknowledged, s.unanswered, s.ended, s.up_before, s.approach_seen,
                         s.last_opened != 0, s.lockdown, s.fire_latched, s.closed_once, s.arm_rest, s.explained});
    key.words[2] = observer.key(s) << 1 | static_cast<std::uint64_t>(s.photocell_saw);
    return key;
}

class Exploration {
  public:
    explicit Exploration(Scope scope) : scope_(std::move(scope)) { make_sensed(); }

    /// → states seen
    std::size_t run() {
        const auto began = std::chrono::steady_clock::now();
        State boot;
        (void)reach(boot, Observer(scope_.config));
        while (!ahead_.empty() && broken_.empty() && phases_.size() < scope_.room) {
            expand();
            ahead_.pop_front();
            ++expanded_;
        }
        const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        std::printf("lane %-44s %8zu states %9zu transitions %5.1f s%s\n", scope_.name.c_str(), phases_.size(), steps_,
                    took, ahead_.empty() ? "" : ", bounded");
        CHECK_MESSAGE(broken_.empty(), scope_.name, ": ", broken_);
        if (ahead_.empty() && broken_.empty()) no_dead_end();
        if (!sanitized && !scope_.may_be_bounded) CHECK_MESSAGE(ahead_.empty(), scope_.name, ": not walked to the end");
        return phases_.size();
    }

  private:
    struct Node {
        State state;
        Observer observer;
    };

    void make_sensed() {
        const Config& c = scope_.config;
        const std::vector<Level> none{Level::unknown};
        const std::vector<Arm> no_arm{Arm::unknown};
        for (const Level a : c.has_approach ? scope_.levels : none)
            for (const Level u : c.has_under ? scope_.levels : none)
                for (const Level p : c.has_photocell ? scope_.photocell : none)
                    for (const Arm m : c.has_arm ? scope_.arms : no_arm)
                        for (const Contact f : scope_.contacts) sensed_.push_back(Sensors{a, u, p, m, f});
    }

    /// → the number of that state; new ones are walked later
    std::uint32_t reach(const State& state, const Observer& observer) {
        const auto [it, is_new] =
            seen_.try_emplace(key_of(state, observer), static_cast<std::uint32_t>(phases_.size()));
        if (is_new) {
            phases_.push_back(state.phase);
            ahead_.push_back({state, observer});
        }
        return it->second;
    }

    /// way_out: counts for "no dead end"; a lost bus or a fire is no way out of anything.
    void go(const State& from, const Input& input, bool way_out) {
        ++steps_;
        Observer observer = ahead_.front().observer;
        const Step result = step(scope_.config, from, input, t0);
        std::string broken = observer.see(input, result);
        if (broken.empty() && result.deadline && *result.deadline <= t0) broken = "a deadline that does not advance";
        if (broken.empty()) {
            const std::uint32_t to = reach(result.state, observer);
            if (way_out) edges_.emplace_back(to, expanded_);
            return;
        }
        if (broken_.empty())
            broken_ = broken + " | in " + std::string(to_string(from.phase)) + " on " + text_of(input) + " -> " +
                      text_of(result.effects) + " [" + std::string(to_string(result.state.phase)) +
                      "] sensors before: " + text_of(Sensed{from.sensors});
    }

    void expand() {
        State s = ahead_.front().state;
        for (Instant& due : s.timers)
            if (due != never) due = later;
        const std::size_t first_edge = edges_.size();
        for (const Sensors& sensors : sensed_) go(s, Sensed{sensors}, sensors.fire == Contact::quiet);
        for (const Input& input : words_for(s)) go(s, input, true);
        if (scope_.bus_fails) {
            go(s, BusDown{}, false);
            go(s, BusUp{}, s.phase == Phase::offline);
        }
        for (std::size_t t = 0; t < timer_count; ++t) {
            if (s.timers[t] == never || scope_.never_due[t]) continue;
            State due = s;
            due.timers[t] = t0;
            go(due, Tick{}, true);
        }
        std::sort(edges_.begin() + static_cast<std::ptrdiff_t>(first_edge), edges_.end());
        edges_.erase(std::unique(edges_.begin() + static_cast<std::ptrdiff_t>(first_edge), edges_.end()), edges_.end());
    }

    [[nodiscard]] std::vector<Input> words_for(const State& s) const {
        std::vector<Input> inputs{Tick{}, FireReset{}, Grant{Authorisation{s.newest, 0, "", "", false}}};
        if (!s.current || s.queue.size() < scope_.queue || scope_.queue == max_queue)
            for (const bool guard : {false, true})
                inputs.emplace_back(Grant{Authorisation{s.newest + 1, 0, "", "", guard}});
        std::vector<AuthorisationId> ids{s.newest + 7};
        if (s.current) ids.push_back(s.current->id);
        for (const auto& q : s.queue) ids.push_back(q.id);
        for (const auto& o : s.owed) ids.push_back(o.id);
        for (const AuthorisationId id : ids) {
            inputs.emplace_back(IntentDurable{id});
            if (scope_.disk_fails) inputs.emplace_back(Withdraw{id});
            if (scope_.disk_fails) inputs.emplace_back(IntentFailed{id});
            for (const auto how :
                 {CommandDone::How::acknowledged, CommandDone::How::refused, CommandDone::How::timed_out})
                inputs.emplace_back(CommandDone{id, how});
        }
        if (scope_.guard_acts)
            for (const Input& input : {Input{GuardClose{}}, Input{GuardStop{}}, Input{GuardHold{true}},
                                       Input{GuardHold{false}}, Input{Lockdown{true}}, Input{Lockdown{false}}})
                inputs.push_back(input);
        return inputs;
    }

    /// From everywhere the lane can come back to idle, held or fire without losing its bus and without a fire.
    void no_dead_end() {
        std::sort(edges_.begin(), edges_.end());
        std::vector<bool> comes_back(phases_.size());
        std::vector<std::uint32_t> open;
        for (std::uint32_t i = 0; i < phases_.size(); ++i)
            if (phases_[i] == Phase::idle || phases_[i] == Phase::held || phases_[i] == Phase::fire) {
                comes_back[i] = true;
                open.push_back(i);
            }
        while (!open.empty()) {
            const std::uint32_t to = open.back();
            open.pop_back();
            auto it = std::lower_bound(edges_.begin(), edges_.end(), std::pair{to, 0U});
            for (; it != edges_.end() && it->first == to; ++it) {
                if (comes_back[it->second]) continue;
                comes_back[it->second] = true;
                open.push_back(it->second);
            }
        }
        const auto dead = std::find(comes_back.begin(), comes_back.end(), false);
        if (dead != comes_back.end())
            FAIL_CHECK(scope_.name << ": no way back from a state in phase "
                                   << to_string(phases_[static_cast<std::size_t>(dead - comes_back.begin())]));
    }

    Scope scope_;
    std::vector<Sensors> sensed_;
    std::unordered_map<Key, std::uint32_t, Hash> seen_;
    std::vector<Phase> phases_;                                   // of every state seen
    std::deque<Node> ahead_;                                      // seen and not yet walked from
    std::vector<std::pair<std::uint32_t, std::uint32_t>> edges_;  // (to, from)
    std::uint32_t expanded_ = 0;                                  // number of ahead_.front()
    std::size_t steps_ = 0;
    std::string broken_;
};

std::bitset<timer_count> timers(std::initializer_list<Timer> some) {
    std::bitset<timer_count> set;
    for (const Timer t : some) set.set(static_cast<std::size_t>(t));
    return set;
}

/// Every set of has_*, closed by the barrier and by us.
std::vector<Config> all_lanes() {
    std::vector<Config> lanes;
    for (unsigned bits_of = 0; bits_of < 32; ++bits_of) {
        Config c;
        c.has_approach = bits_of & 1;
        c.has_under = bits_of & 2;
        c.has_photocell = bits_of & 4;
        c.has_arm = bits_of & 8;
        c.close = bits_of & 16 ? CloseBy::menshen : CloseBy::barrier;
        lanes.push_back(c);
    }
    return lanes;
}

std::string name_of(const char* what, const Config& c) {
    std::string name = what;
    name += c.has_approach ? " approach" : "";
    name += c.has_under ? " under" : "";
    name += c.has_photocell ? " photocell" : "";
    name += c.has_arm ? " arm" : "";
    return name + (c.close == CloseBy::menshen ? " closes" : "");
}

/// One aspect, for every lane that `takes` it.
template <class Takes>
void explore(const char* what, Scope scope, Takes takes) {
    std::size_t states = 0;
    for (const Config& lane : all_lanes()) {
        if (!takes(lane)) continue;
        scope.name = name_of(what, lane);
        const FireAction fire = scope.config.fire;
        scope.config = lane;
        scope.config.fire = fire;
        states += Exploration(scope).run();
    }
    std::printf("lane %s: %zu states in all\n", what, states);
}

const std::bitset<timer_count> stuck =
    timers({Timer::approach_stuck, Timer::under_stuck, Timer::photocell_blind, Timer::rest});
const std::bitset<timer_count> disk = timers({Timer::intent_slow, Timer::intent_given_up});

Scope scope_of(std::bitset<timer_count> never_due, const std::vector<Level>& levels, const std::vector<Arm>& arms,
               const std::vector<Contact>& contacts, std::size_t queue) {
    Scope scope;
    scope.never_due = never_due;
    scope.levels = levels;
    scope.photocell = levels;
    scope.arms = arms;
    scope.contacts = contacts;
    scope.queue = queue;
    scope.guard_acts = scope.disk_fails = scope.bus_fails = false;
    return scope;
}

const std::vector<Level> known{Level::clear, Level::occupied};
const std::vector<Level> every_level{Level::clear, Level::occupied, Level::unknown};
const std::vector<Contact> no_fire{Contact::quiet};

bool closes(const Config& c) {
    return c.close == CloseBy::menshen;
}
bool whole(const Config& c) {
    return c.has_approach && c.has_under && c.has_arm;
}
bool no_photocell(const Config& c) {
    return !c.has_photocell;
}

}  // namespace

// What does not touch each other is walked apart: the photocell has no say in the order of cars, the disk none in the
// arm's way down. The lanes that have everything are then walked once more with everything at once, as far as the room
// reaches.

TEST_CASE("I7 I8 I12 I13 I15: every order of cars") {
    Scope scope = scope_of(stuck | disk, known, {Arm::down, Arm::between, Arm::up}, no_fire, max_queue);
    explore("cars", scope, [](const Config& c) { return no_photocell(c) && !whole(c); });
    scope.arms = {Arm::down, Arm::up};
    scope.queue = 1;
    explore("cars", scope, [](const Config& c) { return no_photocell(c) && whole(c) && !closes(c); });
}

TEST_CASE("I12 I13 I14 I16: guard, fire and the bus at every moment") {
    Scope scope = scope_of(stuck | disk | timers({Timer::queued_first, Timer::queued_second, Timer::arm_down}), known,
                           {Arm::down, Arm::up}, {Contact::quiet, Contact::fire}, 0);
    scope.guard_acts = scope.bus_fails = true;
    explore("guard", scope, [](const Config& c) { return no_photocell(c) && (closes(c) || !whole(c)); });
    scope.contacts.push_back(Contact::fault);
    const auto takes = [](const Config& c) { return no_photocell(c) && !c.has_approach && !closes(c); };
    scope.config.fire = FireAction::pulse;
    explore("fire pulse", scope, takes);
    scope.config.fire = FireAction::hold_coil;
    explore("fire coil", scope, takes);
    scope.config.fire = FireAction::none;
    explore("fire none", scope, takes);
}

TEST_CASE("I7 I8 I15 I16: a disk that is slow, dead or back") {
    Scope scope =
        scope_of(stuck | timers({Timer::between_loops, Timer::clear}), known, {Arm::down, Arm::up}, no_fire, 1);
    scope.disk_fails = true;
    explore("disk", scope, [](const Config& c) { return no_photocell(c) && !closes(c) && !whole(c); });
    scope.queue = 0;
    explore("disk", scope, [](const Config& c) { return no_photocell(c) && !closes(c) && whole(c); });
}

TEST_CASE("I12: every sensor unknown, stuck or blind") {
    Scope scope = scope_of(disk, every_level, {Arm::down, Arm::up}, no_fire, 0);
    explore("sensors", scope, [](const Config& c) {
        const bool big = c.has_under && c.has_photocell && (c.has_approach || c.has_arm);
        return !(c.has_arm && c.has_approach) && !big;
    });
    scope.photocell = known;
    explore("sensors", scope, [](const Config& c) {
        const bool big = c.has_under && c.has_photocell && (c.has_approach || c.has_arm);
        return !(c.has_arm && c.has_approach) && big && closes(c);
    });
}

TEST_CASE("I7 I8 I12 I13 I14 I15 I16: everything at once, as far as the room reaches") {
    Scope scope;
    scope.room = sanitized ? 500 : 30000;
    scope.may_be_bounded = true;
    explore("all", scope, [](const Config& c) { return c.has_under && c.has_photocell && c.has_arm; });
}
